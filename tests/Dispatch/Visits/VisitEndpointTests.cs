using System.Net;
using System.Text.Json.Nodes;
using EServices.Contracts.Dispatch;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EServices.Dispatch.Tests.Visits;

public sealed class VisitEndpointTests : IAsyncDisposable
{
    private const string Nine = "slt_ali_20260303T0330";
    private const string HalfPastTen = "slt_ali_20260303T0500";
    private readonly DispatchHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task<HttpResponseMessage> ActAsync(HttpClient client, string id, string action, object? body = null) => host.PostAsync(client, $"/visits/{id}/actions/{action}", body);

    private Task<HttpResponseMessage> BookAsync(string callId, string slotId, HttpClient? client = null) =>
        host.PostAsync(client ?? host.Helpline(), "/visits", new { callId, slotId });

    [Fact]
    public async Task Visit_FromSlotToCompletion_TellsEachStep()
    {
        var id = await host.ArrivedAsync();
        var code = await host.CodeSentAsync("otp-visit");
        var ali = host.Operator("ali");

        await host.DoAsync(ali, $"/visits/{id}/actions/confirm", new { code, totalPaise = DispatchHost.Total });
        var done = await host.DoAsync(ali, $"/visits/{id}/actions/complete", new { applicationId = "app_1" });

        Assert.Equal("completed", (string)done["state"]!);
        Assert.Equal(
            ["scheduled", "accepted", "departed", "arrived", "confirmed", "completed"], done["timeline"]!.AsArray().Select(deed => (string)deed!["what"]!));
        var scheduled = await host.PublishedAsync<VisitScheduled>();
        Assert.Equal(("qot_1", 7000L, "1", "Haleema Begum"), (scheduled.QuoteId, scheduled.TotalPaise, scheduled.DistrictCode, scheduled.Citizen.Name));
        Assert.Equal(("qot_1", 7000L), ((await host.PublishedAsync<VisitConfirmed>()).QuoteId, (await host.PublishedAsync<VisitConfirmed>()).TotalPaise));
        Assert.Equal("app_1", (await host.PublishedAsync<VisitCompleted>()).ApplicationId);
        Assert.Equal(id, (await host.PublishedAsync<VisitArrived>()).VisitId);
    }

    [Fact]
    public async Task Schedule_ByTheCitizenForTheOwnCall_IsTaken_ForAnother_IsNotThere()
    {
        var callId = await host.ReadyCallAsync();

        await Assert.IsProblemAsync(await BookAsync(callId, Nine, host.Citizen("+919906000002")), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Created, (await BookAsync(callId, Nine, host.Citizen())).StatusCode);
    }

    [Fact]
    public async Task Schedule_RepeatedWithItsKey_IsOneVisit()
    {
        var callId = await host.ReadyCallAsync();

        var first = await host.PostAsync(host.Helpline(), "/visits", new { callId, slotId = Nine }, key: "same");
        var again = await host.PostAsync(host.Helpline(), "/visits", new { callId, slotId = Nine }, key: "same");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(DispatchHost.Cancel), await again.Content.ReadAsStringAsync(DispatchHost.Cancel));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Single((await DispatchHost.GetAsync(host.Helpline(), "/visits?state=scheduled"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Schedule_ASecondVisitForTheSameCall_IsRefused()
    {
        var callId = await host.ReadyCallAsync();
        await BookAsync(callId, Nine);

        await Assert.IsProblemAsync(await BookAsync(callId, HalfPastTen), HttpStatusCode.Conflict, "visit-exists");
    }

    [Fact]
    public async Task Schedule_ASlotThatWasNeverOffered_IsRefused()
    {
        var callId = await host.ReadyCallAsync();
        foreach (var (slotId, status, code) in new[]
        {
            ("slt_nobody_20260303T0330", HttpStatusCode.BadRequest, "slot-unknown"),
            ("nonsense", HttpStatusCode.BadRequest, "slot-unknown"),
            ("slt_ali_20260303T0400", HttpStatusCode.BadRequest, "slot-unknown"), // between two windows
            ("slt_ali_20260304T0330", HttpStatusCode.BadRequest, "slot-unknown"), // holiday
            ("slt_ali_20260310T0330", HttpStatusCode.BadRequest, "slot-unknown"), // beyond the horizon
            ("slt_ali_99991231T2359", HttpStatusCode.BadRequest, "slot-unknown"),
            ("slt_ali_00010101T0000", HttpStatusCode.BadRequest, "slot-unknown"),
            ("slt_ali_20260302T0330", HttpStatusCode.Conflict, "slot-too-soon"), // over
            ("slt_ali_20260302T0500", HttpStatusCode.Conflict, "slot-too-soon"), // within the lead time
            ("slt_chand_20260303T0330", HttpStatusCode.Conflict, "slot-unsuited"), // lacks the skill
            ("slt_dev_20260303T0330", HttpStatusCode.Conflict, "slot-unsuited"), // another district
        })
            await Assert.IsProblemAsync(await BookAsync(callId, slotId), status, code);
    }

    [Fact]
    public async Task Schedule_WithoutFieldsOrKeyOrRole_IsRefused()
    {
        await Assert.IsProblemAsync(await host.PostAsync(host.Helpline(), "/visits", new { }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await BookAsync("cal_none", Nine), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Forbidden, (await BookAsync("cal_none", Nine, host.Operator("ali"))).StatusCode);
        using var keyless = new HttpRequestMessage(HttpMethod.Post, "/api/v1/visits") { Content = new StringContent("{}", null, "application/json") };
        await Assert.IsProblemAsync(await host.Helpline().SendAsync(keyless, DispatchHost.Cancel), HttpStatusCode.BadRequest, "idempotency-key-missing");
    }

    [Fact]
    public async Task Get_IsForTheCitizenTheOperatorAndTheOfficeAlone()
    {
        var id = (string)(await host.VisitAsync())["id"]!;

        foreach (var client in new[] { host.Citizen(), host.Operator("ali"), host.Helpline(), host.As("operations", "stf_9") })
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel)).StatusCode);
        foreach (var client in new[] { host.Citizen("+919906000002"), host.Operator("bina") })
            await Assert.IsProblemAsync(await client.GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.As("officer", "stf_8").GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Anonymous().GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel)).StatusCode);
    }

    [Fact]
    public async Task Actions_OfAnotherOperator_AreRefused()
    {
        var id = (string)(await host.VisitAsync())["id"]!;

        foreach (var action in new[] { "accept", "depart", "arrive", "no-show" })
            await Assert.IsProblemAsync(await ActAsync(host.Operator("bina"), id, action), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await ActAsync(host.Operator("bina"), id, "decline", new { reason = "x" }), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await ActAsync(host.Operator("bina"), id, "confirm", new { code = "123456", totalPaise = 7000 }), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Forbidden, (await ActAsync(host.Citizen(), id, "accept")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ActAsync(host.Operator("ali"), id, "cancel", new { reason = "x" })).StatusCode);
    }

    [Fact]
    public async Task Day_OfTheOperator_IsOrderedByTime()
    {
        var calls = await host.ReadyCallsAsync(3);
        foreach (var (call, slot) in calls.Zip(["slt_ali_20260303T0800", Nine, "slt_bina_20260303T0330"]))
            Assert.Equal(HttpStatusCode.Created, (await BookAsync(call, slot)).StatusCode);

        var day = await DispatchHost.GetAsync(host.Operator("ali"), "/visits?operator=me&date=2026-03-03");
        var today = await DispatchHost.GetAsync(host.Operator("ali"), "/visits?operator=me");
        var byOffice = await DispatchHost.GetAsync(host.Helpline(), "/visits?operator=bina&date=2026-03-03");

        Assert.Equal(["2026-03-03T03:30:00+00:00", "2026-03-03T08:00:00+00:00"], day["items"]!.AsArray().Select(visit => (string)visit!["startsAt"]!));
        Assert.Empty(today["items"]!.AsArray());
        Assert.Single(byOffice["items"]!.AsArray());
        await Assert.IsProblemAsync(await host.Operator("ali").GetAsync("/api/v1/visits?operator=bina", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await host.Operator("nobody").GetAsync("/api/v1/visits?operator=me", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task List_OfACitizen_HasTheOwnVisitsOnly()
    {
        await host.VisitAsync();

        Assert.Single((await DispatchHost.GetAsync(host.Citizen(), "/visits"))["items"]!.AsArray());
        Assert.Empty((await DispatchHost.GetAsync(host.Citizen("+919906000002"), "/visits"))["items"]!.AsArray());
        Assert.Empty((await DispatchHost.GetAsync(host.Citizen("+919906000002"), "/visits?operator=ali&date=2026-03-03"))["items"]!.AsArray());
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/visits", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Decline_PassesToAnotherOperatorInTheSameWindow()
    {
        var id = (string)(await host.VisitAsync())["id"]!;

        var answer = await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/decline", new { reason = "ill" });

        Assert.Equal("bina", (string)answer["operator"]!["id"]!);
        Assert.DoesNotContain(DispatchHost.Haleema, answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Bina", (await host.PublishedAsync<VisitRescheduled>()).OperatorName);
        await Assert.IsProblemAsync(await host.Operator("ali").GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        await host.DoAsync(host.Operator("bina"), $"/visits/{id}/actions/accept");
        // Ali's window is free again.
        Assert.Equal(HttpStatusCode.Created, (await BookAsync((await host.ReadyCallsAsync(1))[0], Nine)).StatusCode);
    }

    [Fact]
    public async Task Decline_ByEveryone_GoesToTheHelplineWhoFindsAnotherWindow()
    {
        var id = (string)(await host.VisitAsync())["id"]!;
        await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/decline", new { reason = "ill" });
        var answer = await host.DoAsync(host.Operator("bina"), $"/visits/{id}/actions/decline", new { reason = "ill too" });

        Assert.Equal("unassigned", (string)answer["state"]!);
        var listed = Assert.Single((await DispatchHost.GetAsync(host.Helpline(), "/visits?state=unassigned"))["items"]!.AsArray())!;
        Assert.Equal(id, (string)listed["id"]!);

        var moved = await host.DoAsync(host.Helpline(), $"/visits/{id}/actions/reschedule", new { slotId = "slt_bina_20260305T0330" });
        Assert.Equal(("scheduled", "bina"), ((string)moved["state"]!, (string)moved["operator"]!["id"]!));
    }

    [Fact]
    public async Task Reschedule_MovesTheHoldInOneStep()
    {
        var calls = await host.ReadyCallsAsync(3);
        var id = (string)JsonNode.Parse(await (await BookAsync(calls[0], Nine)).Content.ReadAsStringAsync(DispatchHost.Cancel))!["id"]!;
        await BookAsync(calls[1], HalfPastTen);

        var taken = await Assert.IsProblemAsync(await ActAsync(host.Helpline(), id, "reschedule", new { slotId = HalfPastTen }), HttpStatusCode.Conflict, "slot-taken");
        Assert.NotEmpty(taken["slots"]!.AsArray());
        await Assert.IsProblemAsync(await BookAsync(calls[2], Nine), HttpStatusCode.Conflict, "slot-taken");

        await host.DoAsync(host.Helpline(), $"/visits/{id}/actions/reschedule", new { slotId = "slt_ali_20260303T0800" });

        Assert.Equal(HttpStatusCode.Created, (await BookAsync(calls[2], Nine)).StatusCode);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero), (await host.PublishedAsync<VisitRescheduled>()).StartsAt);
    }

    [Fact]
    public async Task Reschedule_RepeatedWithItsKey_IsOneMove()
    {
        var id = (string)(await host.VisitAsync())["id"]!;
        var move = new { slotId = HalfPastTen };

        // The first answer was lost: the repeat must not meet the window that the visit itself holds.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var answer = await host.PostAsync(host.Citizen(), $"/visits/{id}/actions/reschedule", move, key: "same");
            var told = await answer.Content.ReadAsStringAsync(DispatchHost.Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, told);
            Assert.Equal("2026-03-03T05:00:00+00:00", (string)JsonNode.Parse(told)!["startsAt"]!);
        }

        await MovedOnceAsync(id);
    }

    [Fact]
    public async Task Reschedule_SentTwiceAtOnce_IsOneMove()
    {
        var id = (string)(await host.VisitAsync())["id"]!;
        var citizen = host.Citizen();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.PostAsync(citizen, $"/visits/{id}/actions/reschedule", new { slotId = HalfPastTen }, key: "same")));

        // Who read the visit before it was moved and came to save it after is asked to come again.
        Assert.Contains(HttpStatusCode.OK, answers.Select(answer => answer.StatusCode));
        foreach (var late in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            await Assert.IsProblemAsync(late, HttpStatusCode.Conflict, "changed-meanwhile");
        await MovedOnceAsync(id);
    }

    private async Task MovedOnceAsync(string id)
    {
        var visit = await DispatchHost.GetAsync(host.Helpline(), $"/visits/{id}");
        Assert.Equal(["scheduled", "rescheduled"], visit["timeline"]!.AsArray().Select(deed => (string)deed!["what"]!));
        Assert.Equal(1, (await host.Visits.GetAsync(id, DispatchHost.Cancel)).Moves);
        await host.PublishedAsync<VisitRescheduled>();
        // A later event of the same visit is published behind all that were raised before it.
        await host.DoAsync(host.Helpline(), $"/visits/{id}/actions/cancel", new { reason = "x" });
        await host.PublishedAsync<VisitCancelled>();
        Assert.Single(host.Published.OfType<VisitRescheduled>());
    }

    [Fact]
    public async Task Reschedule_TwoVisitsToOneSlotAtOnce_MovesOne()
    {
        var calls = await host.ReadyCallsAsync(2);
        var ids = new List<string>();
        foreach (var (call, slot) in calls.Zip([Nine, HalfPastTen]))
            ids.Add((string)JsonNode.Parse(await (await BookAsync(call, slot)).Content.ReadAsStringAsync(DispatchHost.Cancel))!["id"]!);
        var helpline = host.Helpline();

        var answers = await Task.WhenAll(ids.Select(id => ActAsync(helpline, id, "reschedule", new { slotId = "slt_ali_20260303T0800" })));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        var day = (await DispatchHost.GetAsync(host.Operator("ali"), "/visits?operator=me&date=2026-03-03"))["items"]!.AsArray();
        Assert.Equal(2, day.Select(visit => (string)visit!["startsAt"]!).Distinct().Count());
    }

    [Fact]
    public async Task Cancel_ByTheCitizen_FreesTheSlotAndGivesTheCallBack()
    {
        var visit = await host.VisitAsync();
        var (id, callId) = ((string)visit["id"]!, (string)visit["callId"]!);
        await host.DeliverAsync(await host.PublishedAsync<VisitScheduled>());
        Assert.Equal("scheduled", (string)(await DispatchHost.GetAsync(host.Helpline(), $"/calls/{callId}"))["state"]!);
        await Assert.IsProblemAsync(await ActAsync(host.Citizen("+919906000002"), id, "cancel", new { reason = "x" }), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await ActAsync(host.Citizen(), id, "cancel", new { }), HttpStatusCode.BadRequest, "invalid-request");

        await host.DoAsync(host.Citizen(), $"/visits/{id}/actions/cancel", new { reason = "not at home" });
        await host.DeliverAsync(await host.PublishedAsync<VisitCancelled>());

        Assert.Equal("open", (string)(await DispatchHost.GetAsync(host.Helpline(), $"/calls/{callId}"))["state"]!);
        Assert.Equal(HttpStatusCode.Created, (await BookAsync(callId, Nine)).StatusCode);
    }

    [Fact]
    public async Task VisitEvents_TwiceAndOutOfOrder_LeaveTheCallOpen()
    {
        var visit = await host.VisitAsync();
        var (id, callId) = ((string)visit["id"]!, (string)visit["callId"]!);
        await host.DoAsync(host.Helpline(), $"/visits/{id}/actions/cancel", new { reason = "x" });
        var (scheduled, cancelled) = (await host.PublishedAsync<VisitScheduled>(), await host.PublishedAsync<VisitCancelled>());

        await host.DeliverAsync(cancelled, "evt_2");
        await host.DeliverAsync(scheduled, "evt_1");
        await host.DeliverAsync(cancelled, "evt_2");
        await host.DeliverAsync(scheduled, "evt_1");

        var call = await host.Calls.GetAsync(callId, DispatchHost.Cancel);
        Assert.Equal((Dispatch.Calls.CallState.Open, null), (call.State, call.VisitId));
        Assert.Single(call.EndedVisits);
    }

    [Fact]
    public async Task NoShow_AfterTheWait_FreesTheCallForAnotherVisit()
    {
        var id = await host.ArrivedAsync();
        await Assert.IsProblemAsync(await ActAsync(host.Operator("ali"), id, "no-show"), HttpStatusCode.Conflict, "wait-at-the-door");
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        var gone = await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/no-show");
        await host.DeliverAsync(await host.PublishedAsync<VisitNoShow>());

        Assert.Equal("noShow", (string)gone["state"]!);
        await host.DoAsync(host.Helpline(), "/visits", new { callId = (string)gone["callId"]!, slotId = "slt_ali_20260305T0330" }, HttpStatusCode.Created);
    }

    [Fact]
    public async Task Missed_WhenNobodyArrived_IsListedForTheHelpline()
    {
        var id = (string)(await host.VisitAsync())["id"]!;
        var sweep = host.Services.GetServices<IHostedService>().OfType<MissedVisits>().Single();
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 7, 0, 0, TimeSpan.Zero));
        Assert.Equal(0, await sweep.SweepAsync(DispatchHost.Cancel));

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await sweep.SweepAsync(DispatchHost.Cancel);

        var listed = Assert.Single((await DispatchHost.GetAsync(host.Helpline(), "/visits?state=missed"))["items"]!.AsArray())!;
        Assert.Equal(id, (string)listed["id"]!);
        Assert.Equal(["reschedule", "cancel"], listed["next"]!.AsArray().Select(action => (string)action!));
        await Assert.IsProblemAsync(await ActAsync(host.Operator("ali"), id, "accept"), HttpStatusCode.Conflict, "not-now");
    }

    [Fact]
    public async Task Confirm_BadInput_IsRefused()
    {
        var id = await host.ArrivedAsync();
        var ali = host.Operator("ali");

        await Assert.IsProblemAsync(await ActAsync(ali, id, "confirm", new { code = "123456" }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ActAsync(ali, id, "confirm", new { totalPaise = 7000 }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ActAsync(ali, id, "confirm", new { code = "123456", totalPaise = "much" }), HttpStatusCode.BadRequest, "malformed-json");
        await Assert.IsProblemAsync(await ActAsync(ali, id, "confirm", new { code = new string('1', 1000), totalPaise = 7000 }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ActAsync(ali, "vis_none", "confirm", new { code = "123456", totalPaise = 7000 }), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task OpenApi_DescribesEveryAction()
    {
        var document = JsonNode.Parse(await host.Anonymous().GetStringAsync("/openapi/v1.json", DispatchHost.Cancel))!;
        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();

        foreach (var action in new[] { "accept", "decline", "depart", "arrive", "resend-code", "confirm", "complete", "no-show", "reschedule", "cancel" })
            Assert.Contains($"/api/v1/visits/{{id}}/actions/{action}", paths);
        Assert.Contains("409", document["paths"]!["/api/v1/visits"]!["post"]!["responses"]!.AsObject().Select(answer => answer.Key));
    }
}
