using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using EServices.Contracts.Dispatch;
using EServices.Dispatch.Days;
using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EServices.Dispatch.Tests.Days;

public sealed class DayKeeperTests : IAsyncDisposable
{
    private readonly List<DispatchHost> hosts = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    private DispatchHost Start(params Platform.Packs.Operator[] operators)
    {
        hosts.Add(new DispatchHost(operators));
        return hosts[^1];
    }

    private static Task<int> TickAsync(DispatchHost host) => host.Services.GetServices<IHostedService>().OfType<DayKeeper>().Single().TickAsync(DispatchHost.Cancel);

    private static async Task<string> BookedAsync(DispatchHost host, string callId, string slotId) =>
        (string)(await host.DoAsync(host.Helpline(), "/visits", new { callId, slotId }, HttpStatusCode.Created))["id"]!;

    [Fact]
    public async Task Unassigned_TheCitizenIsTold_AndWhoBecomesFreeKeepsTheWindow()
    {
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "11", "1", 34.0, 74.8, ["certificates"], ["ur"]));
        var calls = await host.ReadyCallsAsync(2);
        var other = await BookedAsync(host, calls[0], "slt_zoya_20260303T0330");
        var id = await BookedAsync(host, calls[1], "slt_ali_20260303T0330");
        await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/decline", new { reason = "ill" });
        var told = await host.PublishedAsync<VisitUnassigned>();
        Assert.Equal((id, new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero)), (told.VisitId, told.StartsAt));
        Assert.Equal(0, await TickAsync(host));

        await host.DoAsync(host.Helpline(), $"/visits/{other}/actions/cancel", new { reason = "x" });
        Assert.Equal(1, await TickAsync(host));
        Assert.Equal(0, await TickAsync(host));

        var visit = await host.Visits.GetAsync(id, DispatchHost.Cancel);
        Assert.Equal((VisitState.Scheduled, "zoya", told.StartsAt), (visit.State, visit.OperatorId, visit.StartsAt));
        Assert.Equal("Zoya", (await host.PublishedAsync<VisitRescheduled>()).OperatorName);
    }

    [Fact]
    public async Task Unassigned_WhereAnotherVisitCanGiveWay_BothWindowsAreKept()
    {
        // Zoya alone could come in time, but has a visit to the north; Dara is too far away for the one, and can come to the other.
        var host = Start(
            TinyState.Ali(), TinyState.Person("zoya", "Zoya", "12", "1", 34.2, 74.8, ["certificates"], ["ur"]),
            TinyState.Person("dara", "Dara", "12", "1", 34.5, 74.8, ["certificates"], ["ur"]));
        var calls = await host.ReadyCallsAtAsync(0, new Point(34.25, 74.80), new Point(34.00, 74.80));
        var north = await BookedAsync(host, calls[0], "slt_zoya_20260303T0330");
        var south = await BookedAsync(host, calls[1], "slt_ali_20260303T0330");
        await host.DoAsync(host.Operator("ali"), $"/visits/{south}/actions/decline", new { reason = "ill" });
        Assert.Equal(VisitState.Unassigned, (await host.Visits.GetAsync(south, DispatchHost.Cancel)).State);

        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EServices.Dispatch",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        Assert.Equal(2, await TickAsync(host));
        Assert.Equal(0, await TickAsync(host));

        // Other tests' spans come here, too.
        Assert.Contains(spans, span => span.OperationName == "replan mend" && (3, 2, 2, 0) == ((int)span.GetTagItem("operators")!, (int)span.GetTagItem("moves.proposed")!,
            (int)span.GetTagItem("moves.applied")!, (int)span.GetTagItem("moves.dropped")!));
        var (first, second) = (await host.Visits.GetAsync(north, DispatchHost.Cancel), await host.Visits.GetAsync(south, DispatchHost.Cancel));
        Assert.Equal(("dara", "zoya"), (first.HeldBy, second.HeldBy));
        Assert.Equal([new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero)], new[] { first.StartsAt, second.StartsAt }.Distinct());
        Assert.Equal("This way every promised window of the day can be kept.", first.Timeline[^1].Note);
    }

    [Fact]
    public async Task LateOperator_PassesOnWhatWouldBeLate_AndNothingElse()
    {
        // Ali has visits at nine, far away, and at half past ten next door. It is 10:20, and he has just arrived at the first.
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "11", "1", 34.0, 74.8, ["certificates"], ["ur"]));
        var calls = await host.ReadyCallsAtAsync(0, new Point(34.20, 74.80), new Point(34.00, 74.80), new Point(34.00, 74.80));
        var first = await BookedAsync(host, calls[0], "slt_ali_20260303T0330");
        var second = await BookedAsync(host, calls[1], "slt_ali_20260303T0500");
        var third = await BookedAsync(host, calls[2], "slt_ali_20260303T0800");
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 4, 50, 0, TimeSpan.Zero));
        foreach (var action in new[] { "accept", "depart", "arrive" })
            await host.DoAsync(host.Operator("ali"), $"/visits/{first}/actions/{action}");
        Assert.Equal(0, await TickAsync(host));

        // At 11:10 he is still there: an hour and two minutes back is after noon, when the second window ends; but not by much.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 5, 40, 0, TimeSpan.Zero));
        Assert.Equal(0, await TickAsync(host));
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 5, 50, 0, TimeSpan.Zero));
        Assert.Equal(1, await TickAsync(host));
        Assert.Equal(0, await TickAsync(host));

        var held = new List<string?>();
        foreach (var id in new[] { first, second, third })
            held.Add((await host.Visits.GetAsync(id, DispatchHost.Cancel)).HeldBy);
        Assert.Equal(["ali", "zoya", "ali"], held);
        var moved = await host.PublishedAsync<VisitRescheduled>();
        Assert.Equal((second, new DateTimeOffset(2026, 3, 3, 5, 0, 0, TimeSpan.Zero), "Zoya"), (moved.VisitId, moved.StartsAt, moved.OperatorName));
    }

    [Fact]
    public async Task VisitUnderWay_StaysWithItsOperator_HoweverLate()
    {
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "11", "1", 34.0, 74.8, ["certificates"], ["ur"]));
        var id = await BookedAsync(host, (await host.ReadyCallsAsync(1))[0], "slt_ali_20260303T0330");
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 4, 50, 0, TimeSpan.Zero));
        foreach (var action in new[] { "accept", "depart" })
            await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/{action}");
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 5, 20, 0, TimeSpan.Zero));

        Assert.Equal(0, await TickAsync(host));

        Assert.Equal((VisitState.OnTheWay, "ali"), ((await host.Visits.GetAsync(id, DispatchHost.Cancel)).State, (await host.Visits.GetAsync(id, DispatchHost.Cancel)).HeldBy));
    }

    [Fact]
    public async Task DayAhead_GetsShorterWays_OnceAndOnlyWhereItIsWorthAMessage()
    {
        // Ali had the only free window for the door next to Zoya's; hers has become free.
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "12", "1", 34.2, 74.8, ["certificates"], ["ur"]));
        var calls = await host.ReadyCallsAtAsync(0, new Point(34.20, 74.80), new Point(34.20, 74.81), new Point(34.01, 74.80));
        var blocker = await BookedAsync(host, calls[0], "slt_zoya_20260305T0330");
        var far = await BookedAsync(host, calls[1], "slt_ali_20260305T0330");
        var near = await BookedAsync(host, calls[2], "slt_ali_20260305T0630");
        Assert.Equal(0, await TickAsync(host));
        await host.DoAsync(host.Helpline(), $"/visits/{blocker}/actions/cancel", new { reason = "x" });

        var changed = await TickAsync(host) + await TickAsync(host);

        Assert.Equal(1, changed);
        Assert.Equal(("zoya", "ali"), ((await host.Visits.GetAsync(far, DispatchHost.Cancel)).HeldBy, (await host.Visits.GetAsync(near, DispatchHost.Cancel)).HeldBy));
        var deed = (await host.Visits.GetAsync(far, DispatchHost.Cancel)).Timeline[^1];
        Assert.Equal("reassigned", deed.What);
        Assert.Contains("minutes less on the road", deed.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DayThatIsNear_KeepsItsOperators()
    {
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "12", "1", 34.2, 74.8, ["certificates"], ["ur"]));
        await BookedAsync(host, (await host.ReadyCallsAtAsync(0, new Point(34.20, 74.81)))[0], "slt_ali_20260303T0330");

        // Tuesday at nine is 23 hours away on Monday at ten, and twelve in the evening.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 2, 15, 30, 0, TimeSpan.Zero));

        Assert.Equal(0, await TickAsync(host));
    }

    [Fact]
    public async Task TwoProcesses_ThatSeeTheSame_ChangeItOnce()
    {
        var host = Start(TinyState.Ali(), TinyState.Person("zoya", "Zoya", "12", "1", 34.2, 74.8, ["certificates"], ["ur"]));
        var id = await BookedAsync(host, (await host.ReadyCallsAtAsync(0, new Point(34.20, 74.81)))[0], "slt_ali_20260305T0330");

        var changed = await Task.WhenAll(TickAsync(host), Another(host).TickAsync(DispatchHost.Cancel), Another(host).TickAsync(DispatchHost.Cancel));

        Assert.Equal(1, changed.Sum());
        Assert.Single((await host.Visits.GetAsync(id, DispatchHost.Cancel)).Timeline, deed => deed.What == "reassigned");
        await host.PublishedAsync<VisitRescheduled>();
        Assert.Single(host.Published.OfType<VisitRescheduled>());

        static DayKeeper Another(DispatchHost host) => ActivatorUtilities.CreateInstance<DayKeeper>(host.Services);
    }

    [Fact]
    public async Task Missed_TheCitizenIsTold()
    {
        var host = Start();
        var id = (string)(await host.VisitAsync())["id"]!;
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 7, 1, 0, TimeSpan.Zero));

        await host.Services.GetServices<IHostedService>().OfType<MissedVisits>().Single().SweepAsync(DispatchHost.Cancel);

        Assert.Equal(id, (await host.PublishedAsync<VisitMissed>()).VisitId);
    }
}
