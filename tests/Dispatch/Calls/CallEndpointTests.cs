using System.Net;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Dispatch;
using EServices.Dispatch.Tests.Support;
using EServices.Testing;

namespace EServices.Dispatch.Tests.Calls;

public sealed class CallEndpointTests : IAsyncDisposable
{
    private readonly DispatchHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<string> AnsweredAsync(string from = DispatchHost.Haleema) =>
        (string)(await host.DoAsync(host.Helpline(), "/calls", new { from, language = "ur" }, HttpStatusCode.Created))["id"]!;

    private Task<HttpResponseMessage> ActAsync(string id, string action, object? body = null) => host.PostAsync(host.Helpline(), $"/calls/{id}/actions/{action}", body);

    [Fact]
    public async Task Receive_ThenEveryStep_IsReadyForAVisit()
    {
        var id = await host.ReadyCallAsync();

        var call = await DispatchHost.GetAsync(host.Helpline(), $"/calls/{id}");

        Assert.True((bool)call["ready"]!, call.ToJsonString());
        Assert.Equal(DispatchHost.Total, (long)call["quote"]!["totalPaise"]!);
        Assert.Equal("voter-card", (string?)call["documents"]![0]!["shown"]);
        Assert.Null(call["queue"]);
        Assert.True((await host.PublishedAsync<CallReceived>()).Answered);
    }

    [Fact]
    public async Task Receive_NumberInAnySpelling_IsNormalised()
    {
        var answer = await host.DoAsync(host.Helpline(), "/calls", new { from = "099060 00001", language = "hi" }, HttpStatusCode.Created);

        Assert.Equal("+919906000001", (string?)answer["from"]);
        Assert.Equal("open", (string?)answer["state"]);
    }

    [Fact]
    public async Task Receive_BadNumberAndLanguage_TellsBoth()
    {
        var problem = await Assert.IsProblemAsync(await host.PostAsync(host.Helpline(), "/calls", new { from = "12345", language = "fr" }), HttpStatusCode.BadRequest, "invalid-request");

        Assert.Equal(["/from", "/language"], problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
    }

    [Fact]
    public async Task Receive_MalformedJson_IsAProblem()
    {
        foreach (var body in new[] { "{\"from\": 12}", "{\"from\": ", "[]", "" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/calls") { Content = new StringContent(body, null, "application/json") };
            request.Headers.Add("Idempotency-Key", host.NewKey());

            var answer = await host.Helpline().SendAsync(request, DispatchHost.Cancel);

            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Receive_RepeatedWithItsKey_IsOneCallAndOneCode()
    {
        var first = await host.PostAsync(host.Helpline(), "/calls", new { from = DispatchHost.Haleema, language = "ur" }, key: "same");
        var again = await host.PostAsync(host.Helpline(), "/calls", new { from = DispatchHost.Haleema, language = "ur" }, key: "same");
        var other = await host.PostAsync(host.Helpline(), "/calls", new { from = "+919906000002", language = "ur" }, key: "same");

        Assert.Equal(await first.Content.ReadAsStringAsync(DispatchHost.Cancel), await again.Content.ReadAsStringAsync(DispatchHost.Cancel));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        await Assert.IsProblemAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Single((await DispatchHost.GetAsync(host.Helpline(), "/calls?state=open"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Calls_WithoutTokenOrRole_AreClosed()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PostAsync(host.Anonymous(), "/calls", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PostAsync(host.Citizen(), "/calls", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Operator("ali").GetAsync("/api/v1/calls?state=open", DispatchHost.Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PostAsync(host.As("operations", "stf_1"), "/calls/cal_1/actions/name", new { name = "x" })).StatusCode);
    }

    [Fact]
    public async Task Get_OfAnotherCitizen_IsNotThere()
    {
        var id = await AnsweredAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.Citizen().GetAsync($"/api/v1/calls/{id}", DispatchHost.Cancel)).StatusCode);
        await Assert.IsProblemAsync(await host.Citizen("+919906000002").GetAsync($"/api/v1/calls/{id}", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/calls/cal_none", DispatchHost.Cancel), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Callbacks_AreListedByWaitingTime_AndRingingAgainNeitherJumpsNorMultiplies()
    {
        var exchange = host.Helpline();
        foreach (var last in new[] { 1, 2, 3 })
        {
            await host.DoAsync(exchange, "/calls", new { from = $"+91990600000{last}", language = "ur", answered = false }, HttpStatusCode.Created);
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var again = await host.DoAsync(exchange, "/calls", new { from = "+919906000002", language = "ur", answered = false });

        var list = (await DispatchHost.GetAsync(exchange, "/calls?state=callback"))["items"]!.AsArray();

        Assert.Equal(["+919906000001", "+919906000002", "+919906000003"], list.Select(call => (string)call!["from"]!));
        Assert.Equal((2, 2L, 3L), ((int)again["rings"]!, (long)again["queue"]!["position"]!, (long)again["queue"]!["waiting"]!));
    }

    [Fact]
    public async Task Callback_SameNumberRingsThirtyTwoTimesAtOnce_HasOnePlace()
    {
        var client = host.Helpline();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ =>
            host.PostAsync(client, "/calls", new { from = DispatchHost.Haleema, language = "ur", answered = false })));

        // Under so much contention a few may be told to try again; none may make a second place or be lost without a word.
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        var counted = answers.Count(answer => answer.IsSuccessStatusCode);
        Assert.All(answers.Where(answer => !answer.IsSuccessStatusCode), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        var only = Assert.Single((await DispatchHost.GetAsync(client, "/calls?state=callback"))["items"]!.AsArray())!;
        Assert.Equal(counted, (int)only["rings"]!);
    }

    [Fact]
    public async Task Callback_WhoRingsAgainAndIsAnswered_LeavesTheList()
    {
        var helpline = host.Helpline();
        var waiting = await host.DoAsync(helpline, "/calls", new { from = DispatchHost.Haleema, language = "ur", answered = false }, HttpStatusCode.Created);

        var answered = await host.DoAsync(helpline, "/calls", new { from = DispatchHost.Haleema, language = "ur" });

        Assert.Equal(((string)waiting["id"]!, "open"), ((string)answered["id"]!, (string)answered["state"]!));
        Assert.Empty((await DispatchHost.GetAsync(helpline, "/calls?state=callback"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Callback_TakenUpByTwo_IsAnsweredByOne()
    {
        var helpline = host.Helpline();
        var id = (string)(await host.DoAsync(helpline, "/calls", new { from = DispatchHost.Haleema, language = "ur", answered = false }, HttpStatusCode.Created))["id"]!;

        await host.DoAsync(helpline, $"/calls/{id}/actions/answer");

        await Assert.IsProblemAsync(await ActAsync(id, "answer"), HttpStatusCode.Conflict, "not-waiting");
        await host.CodeSentAsync("otp-call-confirm");
    }

    [Fact]
    public async Task Callbacks_InAFlood_TellPositionAndWait()
    {
        host.Settings["Dispatch:FloodAt"] = "3";
        host.Settings["Dispatch:Desks"] = "2";
        var exchange = host.Helpline();
        JsonObject last = [];
        foreach (var number in Enumerable.Range(1, 4))
        {
            last = await host.DoAsync(exchange, "/calls", new { from = $"+91990600000{number}", language = "ur", answered = false }, HttpStatusCode.Created);
            Assert.Equal(number >= 3, (bool)last["queue"]!["flood"]!);
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Two desks at six minutes a call answer one call in three minutes.
        Assert.Equal((4L, 12), ((long)last["queue"]!["position"]!, (int)last["queue"]!["estimatedWaitMinutes"]!));

        // Six calls answered within the hour are one in ten minutes.
        foreach (var number in Enumerable.Range(1, 6))
            await AnsweredAsync($"+91990700000{number}");
        var waiting = await DispatchHost.GetAsync(exchange, $"/calls/{last["id"]}");
        Assert.Equal(40, (int)waiting["queue"]!["estimatedWaitMinutes"]!);
    }

    [Fact]
    public async Task List_UnknownState_IsRefused()
    {
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/calls?state=asleep", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/calls?state=0", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await host.Helpline().GetAsync("/api/v1/calls?state=open&cursor=zzz", DispatchHost.Cancel), HttpStatusCode.BadRequest, "invalid-cursor");
    }

    [Fact]
    public async Task List_PageByPage_ShowsEveryCallOnce()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            await AnsweredAsync($"+91990600000{number}");
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await DispatchHost.GetAsync(host.Helpline(), $"/calls?state=open&limit=2{cursor}");
            seen.AddRange(page["items"]!.AsArray().Select(call => (string)call!["from"]!));
            cursor = (string?)page["next"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(["1", "2", "3", "4", "5"], seen.Select(from => from[^1..]));
    }

    [Fact]
    public async Task ConfirmNumber_WrongCodes_AreCountedAcrossRequests()
    {
        var id = await AnsweredAsync();
        var code = await host.CodeSentAsync("otp-call-confirm");
        var wrong = code == "000000" ? "000001" : "000000";
        for (var attempt = 0; attempt < 5; attempt++)
            await Assert.IsProblemAsync(await ActAsync(id, "confirm-number", new { code = wrong }), HttpStatusCode.BadRequest, "code-wrong");

        await Assert.IsProblemAsync(await ActAsync(id, "confirm-number", new { code }), HttpStatusCode.Conflict, "code-locked");
        var throttled = await ActAsync(id, "resend-code");
        await Assert.IsProblemAsync(throttled, HttpStatusCode.TooManyRequests, "resend-too-soon");
        Assert.Equal(TimeSpan.FromSeconds(30), throttled.Headers.RetryAfter?.Delta);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await host.DoAsync(host.Helpline(), $"/calls/{id}/actions/resend-code");
        await host.DoAsync(host.Helpline(), $"/calls/{id}/actions/confirm-number", new { code = await host.CodeSentAsync("otp-call-confirm", earlier: code) });
    }

    [Fact]
    public async Task ConfirmNumber_TooLate_IsRefused()
    {
        var id = await AnsweredAsync();
        var code = await host.CodeSentAsync("otp-call-confirm");
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        await Assert.IsProblemAsync(await ActAsync(id, "confirm-number", new { code }), HttpStatusCode.Conflict, "code-expired");
    }

    [Fact]
    public async Task ChooseService_UnknownSuspendedOrNotAtTheDoor_IsRefused()
    {
        var id = await AnsweredAsync();
        await host.DeliverAsync(Samples.Domicile("online-only") with { Channels = [Channel.Online] });
        await host.DeliverAsync(Samples.Domicile("suspended"));
        await host.DeliverAsync(new ServiceSuspended("suspended", 1, "under review"));

        await Assert.IsProblemAsync(await ActAsync(id, "choose-service", new { serviceId = "nothing" }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ActAsync(id, "choose-service", new { }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ActAsync(id, "choose-service", new { serviceId = "online-only" }), HttpStatusCode.Conflict, "not-at-the-door");
        await Assert.IsProblemAsync(await ActAsync(id, "choose-service", new { serviceId = "suspended" }), HttpStatusCode.Conflict, "service-suspended");
    }

    [Fact]
    public async Task SetAddress_PartsThatDoNotFit_AreNamedByField()
    {
        var id = await AnsweredAsync();

        var problem = await Assert.IsProblemAsync(
            await ActAsync(id, "set-address", new { line = "House 7", districtCode = "1", tehsilCode = "21", pincode = "180001" }), HttpStatusCode.BadRequest, "address-mismatch");

        Assert.Equal(["/tehsilCode", "/pincode"], problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        Assert.Null((await DispatchHost.GetAsync(host.Helpline(), $"/calls/{id}"))["address"]);
    }

    [Fact]
    public async Task Action_OnAnOldVersion_IsRefused()
    {
        var id = await AnsweredAsync();
        await host.DoAsync(host.Helpline(), $"/calls/{id}/actions/name", new { name = "Haleema" });

        var stale = await host.PostAsync(host.Helpline(), $"/calls/{id}/actions/name", new { name = "Someone" }, ifMatch: "\"1\"");
        var fresh = await host.PostAsync(host.Helpline(), $"/calls/{id}/actions/name", new { name = "Haleema Begum" }, ifMatch: "\"2\"");

        await Assert.IsProblemAsync(stale, HttpStatusCode.PreconditionFailed, "version-changed");
        Assert.Equal("\"3\"", fresh.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Action_Unknown_IsNotThere() => Assert.Equal(HttpStatusCode.NotFound, (await ActAsync(await AnsweredAsync(), "sing")).StatusCode);

    [Fact]
    public async Task Dispose_WithACodeOfTheList_ClosesTheCall()
    {
        var id = await AnsweredAsync();
        var codes = (await DispatchHost.GetAsync(host.Helpline(), "/calls/dispositions"))["items"]!.AsArray().Select(item => (string)item!["code"]!).ToList();
        Assert.Contains("documents-missing", codes);

        var closed = await host.DoAsync(host.Helpline(), $"/calls/{id}/actions/dispose", new { code = "documents-missing" });

        Assert.Equal(("disposed", "documents-missing"), ((string)closed["state"]!, (string)closed["disposition"]!));
        await Assert.IsProblemAsync(await ActAsync(id, "dispose", new { code = "documents-missing" }), HttpStatusCode.Conflict, "call-closed");
    }

    [Fact]
    public async Task QuoteGiven_TwiceAndBeforeTheServiceIsChosen_CountsOnce()
    {
        var id = await AnsweredAsync();
        await host.DeliverAsync(Samples.Domicile());
        await host.DeliverAsync(host.QuoteFor(id), "evt_1");
        await host.DeliverAsync(host.QuoteFor(id), "evt_1");
        await host.DoAsync(host.Helpline(), $"/calls/{id}/actions/choose-service", new { serviceId = "domicile-certificate" });

        var call = await host.Calls.GetAsync(id, DispatchHost.Cancel);

        Assert.Equal("qot_1", Assert.Single(call.Quotes).QuoteId);
        Assert.Equal("qot_1", call.QuoteNow()?.QuoteId);
    }

    [Fact]
    public async Task QuoteGiven_ForNoCallOrAnUnknownOne_ChangesNothing()
    {
        await host.DeliverAsync(host.QuoteFor("cal_none"));
        await host.DeliverAsync(host.QuoteFor("x") with { CallId = null });
    }

    [Fact]
    public async Task ServiceLaunched_Twice_IsOneCopy()
    {
        await host.DeliverAsync(Samples.Domicile(), "evt_1");
        await host.DeliverAsync(Samples.Domicile(), "evt_1");

        await host.DoAsync(host.Helpline(), $"/calls/{await AnsweredAsync()}/actions/choose-service", new { serviceId = "domicile-certificate" });
    }
}
