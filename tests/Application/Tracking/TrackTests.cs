using System.Net;
using EServices.Platform.Time;
using EServices.Testing;

namespace EServices.Application.Tests.Tracking;

public sealed class TrackTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    [Fact]
    public async Task Track_AMistypedNumber_Is400_AndAnUnknownOne404()
    {
        var desk = shared.Desk;
        var (_, number) = await desk.SubmittedAsync();
        var mistyped = number[..6] + (number[6] == '7' ? '8' : '7') + number[7..];
        await Assert.IsProblemAsync(await desk.Anonymous().GetAsync($"/api/v1/track/{mistyped}"), HttpStatusCode.BadRequest, "tracking-number-invalid");
        var unknown = EServices.Application.Tracking.TrackingNumber.New("JK", 2026, new SeededChance(99));
        await Assert.IsProblemAsync(await desk.Anonymous().GetAsync($"/api/v1/track/{unknown}"), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Track_SaysStateDueDateAndNextStep_AndNothingOfThePerson()
    {
        var desk = shared.Desk;
        var (_, number) = await desk.UnderReviewAsync();

        var seen = await Desk.ReadAsync(await desk.Anonymous().GetAsync($"/api/v1/track/{number}"));

        Assert.Equal(("underReview", "2026-03-27", "officer"), ((string)seen["state"]!, (string)seen["dueOn"]!, (string)seen["nextStep"]!["who"]!));
        Assert.Equal("Domicile certificate", (string)seen["serviceName"]!["en"]!);
        foreach (var personal in new[] { "Haleema", "9906000001", "cit_1", "form", "Tehsildar" })
            Assert.DoesNotContain(personal, seen.ToJsonString(), StringComparison.Ordinal);
    }
}
