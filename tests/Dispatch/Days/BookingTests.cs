using System.Net;
using System.Text.Json.Nodes;
using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Dispatch.Tests.Days;

/// <summary>What is promised can be kept, whoever promises at the same time.</summary>
public sealed class BookingTests : IAsyncDisposable
{
    /// <summary>An hour and a half to the north by road, and as far to the south.</summary>
    private static readonly Point North = new(34.27, 74.80);
    private static readonly Point South = new(33.73, 74.80);

    private readonly DispatchHost host = new(TinyState.Ali());

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<OperatorDay> DayAsync(string date = "2026-03-03")
    {
        var ali = await host.Services.GetRequiredService<DocumentStore<Operator>>().GetAsync("ali", DispatchHost.Cancel);
        return await host.Services.GetRequiredService<OperatorDays>().OfAsync(ali, DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture), null, DispatchHost.Cancel);
    }

    private async Task<string> BookedAsync(string callId, string slotId) =>
        (string)(await host.DoAsync(host.Helpline(), "/visits", new { callId, slotId }, HttpStatusCode.Created))["id"]!;

    [Fact]
    public async Task TwoThatCantBothBeKept_HeldAtOnce_OneIsRefused()
    {
        // To the north by ten and back is three hours: who is there at half past ten is not in the south by noon's end. Each alone is fine.
        for (var round = 0; round < 10; round++)
        {
            var calls = await host.ReadyCallsAtAsync(round, North, South);
            var helpline = host.Helpline();

            var answers = await Task.WhenAll(
                host.PostAsync(helpline, "/visits", new { callId = calls[0], slotId = "slt_ali_20260303T0500" }),
                host.PostAsync(helpline, "/visits", new { callId = calls[1], slotId = "slt_ali_20260303T0630" }));

            Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
            await Assert.IsProblemAsync(answers.Single(answer => !answer.IsSuccessStatusCode), HttpStatusCode.Conflict, "slot-taken");
            var day = await DayAsync();
            Assert.Empty(day.Timetable.Late);
            await host.DoAsync(helpline, $"/visits/{day.Stops.Single().VisitId}/actions/cancel", new { reason = "next round" });
        }
    }

    [Fact]
    public async Task HoldsAndCancellationsAtOnce_NeverPromiseWhatCantBeKept()
    {
        var windows = new[] { "0330", "0500", "0630", "0800", "0930", "1100" };
        var calls = await host.ReadyCallsAtAsync(0, [.. Enumerable.Range(0, 36).Select(number => number % 3 == 0 ? North : number % 3 == 1 ? South : new Point(34.01, 74.80))]);
        var helpline = host.Helpline();

        var answers = await Task.WhenAll(calls.Select(async (callId, number) =>
        {
            var answer = await host.PostAsync(helpline, "/visits", new { callId, slotId = $"slt_ali_20260303T{windows[number % 6]}" });
            if (answer.StatusCode == HttpStatusCode.Created && number % 2 == 0)
            {
                var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(DispatchHost.Cancel))!["id"]!;
                await host.DoAsync(helpline, $"/visits/{id}/actions/cancel", new { reason = "no" });
            }
            return answer;
        }));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.StatusCode.ToString()));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        var day = await DayAsync();
        Assert.Empty(day.Timetable.Late);
        Assert.Equal(day.Stops.Count, day.Stops.Select(stop => stop.Seat).Distinct().Count());
        Routed.AssertSound(day);
    }

    [Fact]
    public async Task WindowThatCantBeKeptAnyMore_IsNeitherOfferedNorTaken_AndTheReasonIsTold()
    {
        var calls = await host.ReadyCallsAtAsync(0, North, South);
        await BookedAsync(calls[0], "slt_ali_20260303T0500");

        var answer = await DispatchHost.GetAsync(host.Helpline(), $"/slots?callId={calls[1]}&from=2026-03-03&days=1&closed=true");
        var problem = await Assert.IsProblemAsync(
            await host.PostAsync(host.Helpline(), "/visits", new { callId = calls[1], slotId = "slt_ali_20260303T0630" }), HttpStatusCode.Conflict, "slot-taken");

        Assert.DoesNotContain("slt_ali_20260303T0630", answer["items"]!.AsArray().Select(slot => (string)slot!["id"]!));
        var closed = answer["closed"]!.AsArray().Single(window => (string)window!["startsAt"]! == "2026-03-03T06:30:00+00:00")!;
        Assert.Equal("the way there is too long to come within the window", (string)closed["why"]!);
        Assert.Contains("the way there is too long", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Null((await DispatchHost.GetAsync(host.Helpline(), $"/slots?callId={calls[1]}"))["closed"]);
    }

    [Fact]
    public async Task Offers_TellWhenAndWhatTheyCost()
    {
        var callId = (await host.ReadyCallsAtAsync(0, North))[0];

        var slot = (await host.SlotsAsync(callId)).First(slot => (string)slot["id"]! == "slt_ali_20260303T0330");

        // Leaves at nine, there at 10:24; as long again home.
        Assert.Equal("2026-03-03T04:54:04+00:00", (string)slot["plannedAt"]!);
        Assert.Equal(168, (int)slot["addedMinutes"]!);
        Assert.Contains("168 more minutes on the road", (string)slot["why"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reschedule_WithinTheDay_DoesNotStandInItsOwnWay()
    {
        var calls = await host.ReadyCallsAtAsync(0, North);
        var id = await BookedAsync(calls[0], "slt_ali_20260303T0500");

        // Seen with its own old window the new one would not be reachable.
        await host.DoAsync(host.Helpline(), $"/visits/{id}/actions/reschedule", new { slotId = "slt_ali_20260303T0630" });

        Assert.Equal(["ali:2026-03-03#1", "ali:2026-03-03#2"], (await host.Visits.GetAsync(id, DispatchHost.Cancel)).Turns);
        Assert.Single((await DayAsync()).Stops);
    }

    [Fact]
    public async Task Turns_OfVisitsThatLeftTheDay_AreNotTakenAgain()
    {
        var calls = await host.ReadyCallsAsync(4);
        var gone = await BookedAsync(calls[0], "slt_ali_20260303T0330");
        var moved = await BookedAsync(calls[1], "slt_ali_20260303T0500");
        await host.DoAsync(host.Helpline(), $"/visits/{gone}/actions/cancel", new { reason = "x" });
        await host.DoAsync(host.Helpline(), $"/visits/{moved}/actions/reschedule", new { slotId = "slt_ali_20260305T0330" });

        var next = await BookedAsync(calls[2], "slt_ali_20260303T0330");

        Assert.Equal(["ali:2026-03-03#3"], (await host.Visits.GetAsync(next, DispatchHost.Cancel)).Turns);
        Assert.Equal("ali:2026-03-03:1", (await host.Visits.GetAsync(next, DispatchHost.Cancel)).Seat);
    }

    [Fact]
    public async Task Urgent_ByTheHelpline_IsOfferedAtOnce_AndBreaksNoPromise()
    {
        // It is ten o'clock: the window from nine to half past ten has begun, and the one from half past ten is within the usual lead time.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 4, 30, 0, TimeSpan.Zero));
        var calls = await host.ReadyCallsAsync(2);
        var urgent = $"/slots?callId={calls[0]}&from=2026-03-03&days=1&urgent=true";

        var slots = (await DispatchHost.GetAsync(host.Helpline(), urgent))["items"]!.AsArray();

        Assert.Equal("slt_ali_20260303T0330", (string)slots[0]!["id"]!);
        await Assert.IsProblemAsync(await host.PostAsync(host.Helpline(), "/visits", new { callId = calls[0], slotId = "slt_ali_20260303T0330" }), HttpStatusCode.Conflict, "slot-too-soon");
        await Assert.IsProblemAsync(await host.Citizen("+919906000000").GetAsync($"/api/v1{urgent}", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
        await host.DoAsync(host.Helpline(), "/visits", new { callId = calls[0], slotId = "slt_ali_20260303T0330", urgent = true }, HttpStatusCode.Created);
        Assert.Empty((await DayAsync()).Timetable.Late);
    }
}
