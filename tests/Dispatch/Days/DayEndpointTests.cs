using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;
using EServices.Testing;

namespace EServices.Dispatch.Tests.Days;

public sealed class DayEndpointTests : IAsyncDisposable
{
    private readonly DispatchHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<string> BookedAsync(string callId, string slotId) =>
        (string)(await host.DoAsync(host.Helpline(), "/visits", new { callId, slotId }, HttpStatusCode.Created))["id"]!;

    [Fact]
    public async Task Day_IsInOrder_WithPlannedTimes_AndNobodysAddress()
    {
        var calls = await host.ReadyCallsAtAsync(0, new Point(34.10, 74.80), new Point(34.00, 74.80));
        var noon = await BookedAsync(calls[1], "slt_ali_20260303T0630");
        var nine = await BookedAsync(calls[0], "slt_ali_20260303T0330");

        var day = await DispatchHost.GetAsync(host.Operator("ali"), "/operators/me/days/2026-03-03");

        var stops = day["stops"]!.AsArray();
        Assert.Equal([nine, noon], stops.Select(stop => (string)stop!["visitId"]!));
        Assert.Equal("2026-03-03T04:01:08+00:00", (string)stops[0]!["arrivesAt"]!);
        Assert.Equal("2026-03-03T06:30:00+00:00", (string)stops[1]!["beginsAt"]!);
        Assert.Equal((62, 31.1, 0), ((int)day["travelMinutes"]!, (double)day["travelKm"]!, (int)day["lateMinutes"]!));
        Assert.Equal("2026-03-03T07:00:00+00:00", (string)day["homeAt"]!);
        Assert.DoesNotContain("Haleema", day.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(day.ToJsonString(), (await DispatchHost.GetAsync(host.Helpline(), "/operators/ali/days/2026-03-03")).ToJsonString());
    }

    [Fact]
    public async Task Day_OfAnotherOperator_IsNotThere()
    {
        foreach (var path in new[] { "/operators/bina/days/2026-03-03", "/operators/none/days/2026-03-03" })
            await Assert.IsProblemAsync(await host.Operator("ali").GetAsync($"/api/v1{path}", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/operators/me/days/2026-03-03", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/operators/ali/days/0001-01-01", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Helpline().GetAsync("/api/v1/operators/ali/days/tomorrow", DispatchHost.Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Citizen().GetAsync("/api/v1/operators/ali/days/2026-03-03", DispatchHost.Cancel)).StatusCode);
    }

    [Fact]
    public async Task Day_OfAnOperatorWhoIsLate_SaysByHowMuch()
    {
        var id = await BookedAsync((await host.ReadyCallsAsync(1))[0], "slt_ali_20260303T0330");
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 5, 20, 0, TimeSpan.Zero));

        var day = await DispatchHost.GetAsync(host.Helpline(), "/operators/ali/days/2026-03-03");

        // It is 10:50, the window ended at 10:30, and the way is four minutes long.
        Assert.Equal((id, 25), ((string)day["stops"]![0]!["visitId"]!, (int)day["lateMinutes"]!));
    }

    [Fact]
    public async Task Explanation_TellsTheReasonTheCostAndTheNextBest()
    {
        var calls = await host.ReadyCallsAtAsync(0, new Point(34.10, 74.80), new Point(34.20, 74.80));
        var id = await BookedAsync(calls[0], "slt_ali_20260303T0330");

        var told = await DispatchHost.GetAsync(host.Helpline(), $"/visits/{id}/explanation");

        Assert.Equal("2026-03-03T04:01:08+00:00", (string)told["plannedAt"]!);
        Assert.Equal(62, (int)told["costsMinutes"]!);
        Assert.StartsWith("Ali has the skill certificates", (string)told["why"]!, StringComparison.Ordinal);
        Assert.Contains("the next best is bina, who would cost", (string)told["asItStands"]!, StringComparison.Ordinal);
        // Bina lives as far away on the other side.
        var next = Assert.Single(told["instead"]!.AsArray())!;
        Assert.Equal(("slt_bina_20260303T0330", 0), ((string)next["slotId"]!, (int)next["moreMinutes"]!));
        Assert.NotEmpty(told["otherWindows"]!.AsArray());

        await BookedAsync(calls[1], "slt_bina_20260303T0330");
        told = await DispatchHost.GetAsync(host.As("operations", "stf_9"), $"/visits/{id}/explanation");
        Assert.Empty(told["instead"]!.AsArray());
        var cant = Assert.Single(told["not"]!.AsArray())!;
        Assert.Equal(("bina", "the window is taken"), ((string)cant["operator"]!["id"]!, (string)cant["why"]!));
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/visits/vis_none/explanation", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Operator("ali").GetAsync($"/api/v1/visits/{id}/explanation", DispatchHost.Cancel)).StatusCode);
    }

    [Fact]
    public async Task Map_IsAPictureOfTheDistrictsDay()
    {
        var calls = await host.ReadyCallsAsync(3);
        await BookedAsync(calls[0], "slt_ali_20260303T0330");
        await BookedAsync(calls[1], "slt_bina_20260303T0630");
        var nobody = await BookedAsync(calls[2], "slt_ali_20260303T0630");
        await host.DoAsync(host.Operator("ali"), $"/visits/{nobody}/actions/decline", new { reason = "ill" });

        var answer = await host.As("operations", "stf_9").GetAsync("/api/v1/operators/days/2026-03-03/map?districtCode=1", DispatchHost.Cancel);

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        var svg = XDocument.Parse(await answer.Content.ReadAsStringAsync(DispatchHost.Cancel));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal(2, svg.Descendants(ns + "polyline").Count());
        Assert.Equal(2, svg.Descendants(ns + "circle").Count());
        Assert.Single(svg.Descendants(ns + "path"));
        Assert.Contains("Northvale, 2026-03-03", svg.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        var empty = await host.Helpline().GetStringAsync("/api/v1/operators/days/2026-03-05/map?districtCode=2", DispatchHost.Cancel);
        Assert.Contains("0 unassigned", empty, StringComparison.Ordinal);
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/operators/days/2026-03-05/map?districtCode=9", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task OpenApi_DescribesDays()
    {
        var paths = JsonNode.Parse(await host.Anonymous().GetStringAsync("/openapi/v1.json", DispatchHost.Cancel))!["paths"]!.AsObject();

        Assert.NotNull(paths["/api/v1/operators/{id}/days/{date}"]!["get"]!["responses"]!["404"]);
        Assert.NotNull(paths["/api/v1/operators/days/{date}/map"]!["get"]!["responses"]!["200"]!["content"]!["image/svg+xml"]);
        Assert.NotNull(paths["/api/v1/visits/{id}/explanation"]);
    }
}
