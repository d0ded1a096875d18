using System.Net;
using System.Text.Json.Nodes;
using EServices.Dispatch.Tests.Support;
using EServices.Platform.Packs;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Dispatch.Tests.Slots;

public sealed class SlotEndpointTests : IAsyncDisposable
{
    private readonly DispatchHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static string Ask(string more = "") => $"/slots?serviceId=domicile-certificate&districtCode=1&tehsilCode=11{more}";

    private async Task<IReadOnlyList<JsonNode>> AskAsync(string more = "") =>
        [.. (await DispatchHost.GetAsync(host.Helpline(), Ask(more)))["items"]!.AsArray().Select(slot => slot!)];

    [Fact]
    public async Task Slots_OfACall_AreRankedAndExplained()
    {
        var id = await host.ReadyCallAsync();

        var slots = await host.SlotsAsync(id);

        // It is ten o'clock on Monday: with two hours of lead the first window is at noon, with Ali, who speaks Urdu.
        Assert.Equal("slt_ali_20260302T0630", (string)slots[0]["id"]!);
        Assert.Equal("2026-03-02T08:00:00+00:00", (string)slots[0]["endsAt"]!);
        Assert.Contains("speaks the caller's language", (string)slots[0]["why"]!, StringComparison.Ordinal);
        Assert.Equal(["ali", "bina"], slots.Select(slot => (string)slot["operator"]!["id"]!).Distinct());
        // Wednesday is a holiday, nobody works on Sunday; the seventh day is Sunday the 8th.
        Assert.Equal(
            ["2026-03-02", "2026-03-03", "2026-03-05", "2026-03-06", "2026-03-07"],
            slots.Select(slot => ((string)slot["startsAt"]!)[..10]).Distinct());
    }

    [Fact]
    public async Task Slots_OfACallThatIsNotFarEnough_AreRefused()
    {
        var id = (string)(await host.DoAsync(host.Helpline(), "/calls", new { from = DispatchHost.Haleema, language = "ur" }, HttpStatusCode.Created))["id"]!;

        await Assert.IsProblemAsync(await host.Helpline().GetAsync($"/api/v1/slots?callId={id}", DispatchHost.Cancel), HttpStatusCode.Conflict, "not-ready");
        await Assert.IsProblemAsync(await host.Citizen("+919906000002").GetAsync($"/api/v1/slots?callId={id}", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Slots_OfAPlace_FromADay_ForSomeDays()
    {
        await host.DeliverAsync(Samples.Domicile());

        var slots = await AskAsync("&from=2026-03-03&days=1&limit=100");

        Assert.Equal(12, slots.Count);
        Assert.All(slots, slot => Assert.StartsWith("2026-03-03", (string)slot["startsAt"]!, StringComparison.Ordinal));
        Assert.Equal(2, (await AskAsync("&from=2026-03-03&limit=2")).Count);
    }

    [Fact]
    public async Task Slots_BeyondTheHorizonOrInThePast_AreNone()
    {
        await host.DeliverAsync(Samples.Domicile());

        Assert.Empty(await AskAsync("&from=2026-03-09"));
        Assert.Empty(await AskAsync("&from=2026-02-20&days=5"));
        Assert.Empty(await AskAsync("&from=9999-12-31&days=31"));
        Assert.Empty(await AskAsync("&from=0001-01-01&days=1"));
        Assert.NotEmpty(await AskAsync("&from=2026-02-28&days=5"));
    }

    [Fact]
    public async Task Slots_ForASkillNobodyHas_AreNone()
    {
        await host.DeliverAsync(Samples.Domicile() with { Skills = ["certificates", "flying"] });

        Assert.Empty(await AskAsync());
    }

    [Fact]
    public async Task Slots_BadQuestions_NameTheParameters()
    {
        await host.DeliverAsync(Samples.Domicile());
        foreach (var (path, pointers) in new[]
        {
            ("/slots", "?serviceId,?districtCode,?tehsilCode"),
            ("/slots?serviceId=none&districtCode=1&tehsilCode=11", "?serviceId"),
            ("/slots?serviceId=domicile-certificate&districtCode=9&tehsilCode=11", "?districtCode,?tehsilCode"),
            ("/slots?serviceId=domicile-certificate&districtCode=1&tehsilCode=21", "?tehsilCode"),
            ("/slots?serviceId=domicile-certificate&districtCode=1&tehsilCode=11&days=0&limit=1000", "?days,?limit"),
        })
        {
            var problem = await Assert.IsProblemAsync(await host.Helpline().GetAsync($"/api/v1{path}", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
            Assert.Equal(pointers, string.Join(',', problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!)));
        }
    }

    [Fact]
    public async Task Slots_MalformedDate_IsAProblem() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Helpline().GetAsync($"/api/v1{Ask("&from=tomorrow")}", DispatchHost.Cancel)).StatusCode);

    [Fact]
    public async Task Slots_WithoutToken_AreClosed() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Anonymous().GetAsync($"/api/v1{Ask()}", DispatchHost.Cancel)).StatusCode);

    [Fact]
    public async Task Slots_HeldInTheMeantime_AreNotOfferedAnyMore()
    {
        var id = await host.ReadyCallAsync();
        await host.VisitAsync(id);

        var slots = await host.SlotsAsync(id);

        Assert.DoesNotContain("slt_ali_20260303T0330", slots.Select(slot => (string)slot["id"]!));
        Assert.Contains("slt_ali_20260303T0500", slots.Select(slot => (string)slot["id"]!));
    }
}

public sealed class JammuAndKashmirSlotTests
{
    [Fact]
    public async Task Slots_OfTheRealPack_AreOfferedInEveryDistrict()
    {
        await using var host = new ServiceHost<Program>("dispatch");
        var client = host.As("helpline", "stf_1");
        await host.DeliverAsync(Samples.Domicile());
        var pack = host.Services.GetRequiredService<StatePack>();
        Assert.True(pack.Geography.Tehsils.Count > 100);

        foreach (var district in pack.Geography.Districts)
        {
            var tehsil = pack.Geography.TehsilsOf(district.Code)[^1];
            var answer = await DispatchHost.GetAsync(client, $"/slots?serviceId=domicile-certificate&districtCode={district.Code}&tehsilCode={tehsil.Code}");
            Assert.True(answer["items"]!.AsArray().Count > 0, $"nobody comes to {tehsil.Name}, {district.Name.In("en")}");
        }
        var known = await DispatchHost.GetAsync(client, "/operators?limit=100");
        Assert.Equal(pack.Operators.Count, known["items"]!.AsArray().Count);
    }
}
