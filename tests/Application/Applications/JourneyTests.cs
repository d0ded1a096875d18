using System.Net;
using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Contracts.Application;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Application.Tests.Applications;

public sealed class JourneyTests
{
    [Fact]
    public async Task FromDraftToCertificate_EveryoneSeesWhatIsTheirs()
    {
        await using var desk = await Desk.OpenAsync();
        var id = await desk.CompleteAsync();
        var draft = await desk.SeenAsync(id);
        Assert.Equal(["fill-in-form", "attach-document", "submit"], Names(draft["next"]!, "action"));
        Assert.Empty(draft["problems"]!.AsArray());

        var submitted = await Desk.ReadAsync(await Desk.Post(desk.Citizen, $"/api/v1/applications/{id}/submit", null));
        var number = (string)submitted["trackingNumber"]!;
        Assert.StartsWith("JK-26-", number, StringComparison.Ordinal);
        Assert.Equal(number, (await desk.PublishedAsync<ApplicationSubmitted>()).TrackingNumber);

        await desk.DeliverAsync(desk.Bill(id, number));
        Assert.Equal("pay-bill", (string)(await desk.SeenAsync(id))["nextStep"]!["code"]!);
        Assert.Equal(2000, (long)(await desk.SeenAsync(id))["bill"]!["totalPaise"]!);

        await desk.DeliverAsync(desk.Settlement(id, number));
        var acknowledged = await desk.SeenAsync(id);
        Assert.Equal("2026-03-27", (string)acknowledged["clock"]!["dueOn"]!);
        Assert.Contains("Sunday", acknowledged["clock"]!["explanation"]!.AsArray().Select(day => (string)day!["why"]!["en"]!));
        Assert.Equal(new DateOnly(2026, 3, 27), (await desk.PublishedAsync<ApplicationAcknowledged>()).DueOn);

        var work = await Desk.ReadAsync(await desk.Officer("5").GetAsync("/api/v1/applications"));
        Assert.Equal(id, (string)Assert.Single(work["items"]!.AsArray())!["id"]!);
        var seenByOfficer = await desk.SeenAsync(id, desk.Officer("5"));
        Assert.Equal(["approve", "reject", "send-back"], Names(seenByOfficer["next"]!, "action"));
        Assert.DoesNotContain(Samples.Citizen.Mobile, seenByOfficer.ToJsonString(), StringComparison.Ordinal);

        desk.Clock.Advance(TimeSpan.FromDays(2));
        var approved = await Desk.ReadAsync(await Desk.Act(desk.Officer("5"), id, "approve", "{}"));
        Assert.Equal("approved", (string)approved["state"]!);
        Assert.True((await desk.PublishedAsync<ApplicationDecided>()).WithinTime);
        var issued = await desk.PublishedAsync<CertificateIssued>();
        var certificate = await Desk.ReadAsync(await desk.Citizen.GetAsync($"/api/v1/applications/{id}/certificate"));
        Assert.Equal(issued.CertificateId, (string)certificate["certificateId"]!);

        var timeline = await Desk.ReadAsync(await desk.Citizen.GetAsync($"/api/v1/applications/{id}/timeline"));
        Assert.Equal(
            ["draft-begun", "form-filled-in", "document-attached", "document-attached", "submitted", "billed", "paid", "acknowledged", "approved", "certificate-issued"],
            Names(timeline["items"]!, "what"));
        Assert.Equal("officer", (string)timeline["items"]![8]!["actor"]!["role"]!);

        var track = await (await desk.Anonymous().GetAsync($"/api/v1/track/{number.ToLowerInvariant().Replace("-", "")}")).Content.ReadAsStringAsync();
        Assert.Equal("approved", (string)JsonNode.Parse(track)!["state"]!);
        Assert.DoesNotContain("Haleema", track, StringComparison.Ordinal);
        Assert.DoesNotContain("9906000001", track, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reactions_OutOfOrderTwiceAndUnderOtherIds_EndTheSame()
    {
        await using var desk = await Desk.OpenAsync();
        var (id, number) = await desk.SubmittedAsync();
        await desk.DeliverAsync(desk.Settlement(id, number), "evt_settled");
        await desk.DeliverAsync(desk.Settlement(id, number), "evt_settled");
        await desk.DeliverAsync(desk.Bill(id, number), "evt_issued");
        await desk.DeliverAsync(desk.Bill(id, number), "evt_issued");
        var once = await desk.SeenAsync(id);
        desk.Clock.Advance(TimeSpan.FromDays(1));
        await desk.DeliverAsync(desk.Settlement(id, number), "evt_settled_resent");
        await desk.DeliverAsync(desk.Bill(id, number), "evt_issued_resent");

        Assert.True(JsonNode.DeepEquals(once, await desk.SeenAsync(id)));
        Assert.Single(once["bill"]!["lines"]!.AsArray());
        await desk.PublishedAsync<ApplicationAcknowledged>();
        Assert.Single(desk.Published.OfType<ApplicationAcknowledged>());
    }

    [Fact]
    public async Task Reactions_ToAnApplicationThatIsNotHereYet_AskToBeRepeated()
    {
        await using var desk = await Desk.OpenAsync();
        await Assert.ThrowsAsync<DocumentNotFoundException>(() => desk.DeliverAsync(desk.Bill("app_none", Given.Number)));
        await Assert.ThrowsAsync<DocumentNotFoundException>(() => desk.DeliverAsync(desk.Settlement("app_none", Given.Number)));
    }

    [Fact]
    public async Task SentBack_IsMendedAndComesInAgain()
    {
        await using var desk = await Desk.OpenAsync();
        var (id, _) = await desk.UnderReviewAsync();
        desk.Clock.SetUtcNow(Calendars.At(2026, 3, 11));
        var sentBack = await Desk.ReadAsync(await Desk.Act(
            desk.Officer(), id, "send-back", """{"fields": ["/residentSince"], "documents": ["residence-proof"], "reason": "The year can't be read."}"""));
        Assert.Equal("paused", (string)sentBack["clock"]!["state"]!);
        await desk.PublishedAsync<ApplicationSentBack>(fact => fact.Documents.SequenceEqual(["residence-proof"]));

        desk.Clock.SetUtcNow(Calendars.At(2026, 3, 17));
        var closed = await Desk.Put(desk.Citizen, id, """{"applicantName": "Other Name", "residentSince": 1998}""");
        Assert.Equal("/applicantName", (string)(await Assert.IsProblemAsync(closed, HttpStatusCode.Conflict, "field-not-open"))["errors"]![0]!["pointer"]!);
        await Assert.IsProblemAsync(await Desk.Act(desk.Citizen, id, "resubmit"), HttpStatusCode.Conflict, "incomplete");
        await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, """{"applicantName": "Haleema Begum", "residentSince": 1999}"""));
        // The very same file as before: the applicant stands by it, and that is an answer too.
        await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, "residence-proof", Desk.Pdf), HttpStatusCode.Created);
        var mended = await Desk.ReadAsync(await Desk.Act(desk.Citizen, id, "resubmit"));

        Assert.Equal("2026-04-01", (string)mended["clock"]!["dueOn"]!);
        Assert.Contains("paused", Names(mended["clock"]!["explanation"]!, "reason"));
    }

    [Fact]
    public async Task Overdue_IsSeenAtOnceAndMarkedByTheWatch()
    {
        await using var desk = await Desk.OpenAsync();
        var (id, _) = await desk.UnderReviewAsync();
        var watch = desk.Services.GetRequiredService<OverdueWatch>();
        desk.Clock.SetUtcNow(Calendars.At(2026, 3, 27, 23, 59));
        Assert.Equal(0, await watch.LookAsync(CancellationToken.None));
        Assert.False((bool)(await desk.SeenAsync(id))["overdue"]!);

        desk.Clock.SetUtcNow(Calendars.At(2026, 3, 28, 0, 1));
        Assert.True((bool)(await desk.SeenAsync(id))["overdue"]!);
        Assert.Equal(1, await watch.LookAsync(CancellationToken.None));
        Assert.Equal(0, await watch.LookAsync(CancellationToken.None));

        Assert.Equal("decide-overdue", (string)(await desk.SeenAsync(id))["nextStep"]!["code"]!);
        await Desk.ReadAsync(await Desk.Act(desk.Officer(), id, "reject", """{"reason": "Not resident."}"""));
        Assert.False((await desk.PublishedAsync<ApplicationDecided>()).WithinTime);
    }

    [Fact]
    public async Task Withdraw_ByTheCitizen_EndsIt()
    {
        await using var desk = await Desk.OpenAsync();
        var (id, _) = await desk.UnderReviewAsync();
        Assert.Equal("withdrawn", (string)(await Desk.ReadAsync(await Desk.Act(desk.Citizen, id, "withdraw")))["state"]!);
        await desk.PublishedAsync<ApplicationWithdrawn>();
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "approve"), HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task Draft_BegunByAnOperator_IsResumedByTheCitizen_AndClosedToTheOperatorOnceHandedIn()
    {
        await using var desk = await Desk.OpenAsync();
        var id = await desk.DraftAsync(desk.Operator);
        await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, Desk.Form));
        Assert.NotNull((await desk.SeenAsync(id, desk.Operator))["form"]);
        foreach (var type in new[] { "voter-card", "residence-proof" })
            await Desk.ReadAsync(await Desk.Upload(desk.Operator, id, type, Desk.Pdf), HttpStatusCode.Created);
        await Desk.ReadAsync(await Desk.Post(desk.Operator, $"/api/v1/applications/{id}/submit", null));

        var seen = await desk.SeenAsync(id, desk.Operator);
        Assert.Null(seen["form"]);
        Assert.All(seen["documents"]!.AsArray(), asked => Assert.Empty(asked!["given"]!.AsArray()));
        Assert.NotNull((await desk.SeenAsync(id))["form"]);
        Assert.Equal("stf_op", (await desk.PublishedAsync<ApplicationSubmitted>()).SubmittedBy);
    }

    [Fact]
    public async Task Application_StaysWithTheVersionItBeganUnder()
    {
        await using var desk = await Desk.OpenAsync();
        var id = await desk.DraftAsync();
        var stricter = Samples.Domicile(version: 2) with { Documents = [.. Samples.Domicile().Documents.Select(asked => asked with { Mandatory = true })] };
        await desk.DeliverAsync(stricter);

        Assert.Equal(1, (int)(await desk.SeenAsync(id))["serviceVersion"]!);
        Assert.DoesNotContain("/documents/photograph", Names((await desk.SeenAsync(id))["problems"]!, "pointer"));
        var newer = await desk.DraftAsync();
        Assert.Equal(2, (int)(await desk.SeenAsync(newer))["serviceVersion"]!);
        Assert.Contains("/documents/photograph", Names((await desk.SeenAsync(newer))["problems"]!, "pointer"));
    }

    [Fact]
    public async Task Stored_AndReadAgain_IsTheSame()
    {
        await using var desk = await Desk.OpenAsync();
        var (id, _, _) = await desk.ApprovedAsync();
        var store = desk.Services.GetRequiredService<DocumentStore<ServiceApplication>>();

        var read = await store.GetAsync(id, CancellationToken.None);

        Assert.Equal(15, read.Clock!.WorkingDays);
        Assert.Equal(3, read.Clock.Uncounted.Count);
        Assert.Equal(Samples.Citizen with { Language = "ur" }, read.Citizen);
        Assert.Equal("JKR-26-1", read.Receipt!.ReceiptNumber);
        Assert.NotNull(read.Certificate!.Compact);
        Assert.Equal(1998, (int?)read.Form!["residentSince"]);
    }

    private static IReadOnlyList<string> Names(JsonNode list, string member) => [.. list.AsArray().Select(item => (string)item![member]!)];
}
