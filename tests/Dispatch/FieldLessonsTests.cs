using System.Net;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;
using EServices.Testing;

namespace EServices.Dispatch.Tests;

/// <summary>What went wrong at doors and helplines elsewhere, each with the test that it can't here.</summary>
public sealed class FieldLessonsTests : IAsyncDisposable
{
    private const string Nine = "slt_ali_20260303T0330";
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

    private static Task<HttpResponseMessage> ConfirmAsync(DispatchHost host, string id, string code, long totalPaise = DispatchHost.Total) =>
        host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/confirm", new { code, totalPaise });

    [Fact]
    public async Task CallsThatNobodyAnswered_AreNotLost()
    {
        var host = Start();
        var exchange = host.Helpline();
        foreach (var number in Enumerable.Range(10, 50))
            await host.DoAsync(exchange, "/calls", new { from = $"+9199060000{number}", language = "ur", answered = false }, HttpStatusCode.Created);

        var waiting = (await DispatchHost.GetAsync(exchange, "/calls?state=callback&limit=100"))["items"]!.AsArray();

        Assert.Equal(50, waiting.Count);
    }

    [Fact]
    public async Task FakeAddress_IsNeverTravelledTo()
    {
        var host = Start();
        var callId = await host.ReadyCallAsync();
        var fake = Addresses.Rivertown with { TehsilCode = "21", Latitude = 12.97, Longitude = 77.59 };

        await Assert.IsProblemAsync(await host.PostAsync(host.Helpline(), $"/calls/{callId}/actions/set-address", fake), HttpStatusCode.BadRequest, "address-mismatch");

        var call = await host.Calls.GetAsync(callId, DispatchHost.Cancel);
        Assert.Equal("11", call.Address!.TehsilCode);
    }

    [Fact]
    public async Task FalseNumberMissingPapersUntoldTotal_HoldNoSlot()
    {
        var host = Start();
        await host.DeliverAsync(Samples.Domicile());
        var helpline = host.Helpline();
        var callId = (string)(await host.DoAsync(helpline, "/calls", new { from = DispatchHost.Haleema, language = "ur" }, HttpStatusCode.Created))["id"]!;
        await host.DoAsync(helpline, $"/calls/{callId}/actions/choose-service", new { serviceId = "domicile-certificate" });
        await host.DoAsync(helpline, $"/calls/{callId}/actions/confirm-document", new { documentId = "identity-proof" });

        var problem = await Assert.IsProblemAsync(await host.PostAsync(helpline, "/visits", new { callId, slotId = Nine }), HttpStatusCode.Conflict, "not-ready");

        Assert.Equal(
            ["number-confirmed", "documents-confirmed", "address-matched", "total-quoted", "caller-named"],
            problem["errors"]!.AsArray().Select(error => (string)error!["code"]!));
        Assert.Equal(0, await host.Visits.CountAsync(VisitDocuments.Slot.All, DispatchHost.Cancel));
    }

    [Fact]
    public async Task DoubleBookedSlot_SixtyFourCallersAtOnce_OneGetsItTheOthersTheNextBest()
    {
        var host = Start();
        var calls = await host.ReadyCallsAsync(64);
        var helpline = host.Helpline();

        var answers = await Task.WhenAll(calls.Select(callId => host.PostAsync(helpline, "/visits", new { callId, slotId = Nine })));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var late in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            var problem = await Assert.IsProblemAsync(late, HttpStatusCode.Conflict, "slot-taken");
            Assert.NotEmpty(problem["slots"]!.AsArray());
            Assert.DoesNotContain(Nine, problem["slots"]!.AsArray().Select(slot => (string)slot!["id"]!));
        }
        Assert.Equal(1, await host.Visits.CountAsync(VisitDocuments.Slot.All, DispatchHost.Cancel));
        await host.PublishedAsync<VisitScheduled>();
        Assert.Single(host.Published.OfType<VisitScheduled>());
    }

    [Fact]
    public async Task OverfilledDay_SixtyFourCallersForSixWindows_FillTheSeatsAndNoMore()
    {
        var host = Start(TinyState.Ali(most: 3));
        var calls = await host.ReadyCallsAsync(64);
        var windows = new[] { "0330", "0500", "0630", "0800", "0930", "1100" };
        var helpline = host.Helpline();

        var answers = await Task.WhenAll(calls.Select((callId, number) =>
            host.PostAsync(helpline, "/visits", new { callId, slotId = $"slt_ali_20260303T{windows[number % 6]}" })));

        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => !answer.IsSuccessStatusCode), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        var day = await DispatchHost.GetAsync(host.Operator("ali"), "/visits?operator=me&date=2026-03-03");
        Assert.Equal(3, day["items"]!.AsArray().Select(visit => (string)visit!["startsAt"]!).Distinct().Count());
    }

    [Fact]
    public async Task OneCallBookedByManyAtOnce_IsOneVisit()
    {
        var host = Start();
        var callId = (await host.ReadyCallsAsync(1))[0];
        var slots = (await host.SlotsAsync(callId)).Select(slot => (string)slot["id"]!).Take(16).ToList();
        var helpline = host.Helpline();

        var answers = await Task.WhenAll(slots.Select(slotId => host.PostAsync(helpline, "/visits", new { callId, slotId })));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var late in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            await Assert.IsProblemAsync(late, HttpStatusCode.Conflict, "visit-exists");
    }

    [Fact]
    public async Task OtpLeakedToTheAgent_NoAnswerCarriesIt()
    {
        var host = Start();
        var id = (string)(await host.VisitAsync())["id"]!;
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero));
        var answers = new List<string>();
        foreach (var action in new[] { "accept", "depart", "arrive", "arrive" })
            answers.Add(await ReadAsync(await host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/{action}")));
        foreach (var client in new[] { host.Operator("ali"), host.Helpline(), host.Citizen() })
            answers.Add(await ReadAsync(await client.GetAsync($"/api/v1/visits/{id}", DispatchHost.Cancel)));
        answers.Add(await ReadAsync(await host.Operator("ali").GetAsync("/api/v1/visits?operator=me", DispatchHost.Cancel)));
        answers.Add(await ReadAsync(await ConfirmAsync(host, id, "999999x")));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        answers.Add(await ReadAsync(await host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/resend-code")));
        var first = await host.CodeSentAsync("otp-visit");
        var codes = new[] { first, await host.CodeSentAsync("otp-visit", earlier: first) };

        Assert.Equal(10, answers.Count);
        Assert.All(answers, answer => Assert.All(codes, code => Assert.DoesNotContain(code, answer, StringComparison.Ordinal)));
        // Every code went to the citizen's number.
        Assert.All(host.Published.OfType<OneTimeCodeIssued>(), sent => Assert.Equal(DispatchHost.Haleema, sent.Mobile));

        async Task<string> ReadAsync(HttpResponseMessage answer) => await answer.Content.ReadAsStringAsync(DispatchHost.Cancel);
    }

    [Fact]
    public async Task OtpAcceptedBeforeArrival_ThereIsNoneAndNoCodeIsTaken()
    {
        var host = Start();
        var id = (string)(await host.VisitAsync())["id"]!;
        await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/accept");

        await Assert.IsProblemAsync(await ConfirmAsync(host, id, "123456"), HttpStatusCode.Conflict, "not-arrived");
        await Assert.IsProblemAsync(await host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/resend-code"), HttpStatusCode.Conflict, "not-arrived");
        await Assert.IsProblemAsync(await host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/arrive"), HttpStatusCode.Conflict, "too-early");

        await host.PublishedAsync<VisitScheduled>();
        Assert.DoesNotContain(host.Published.OfType<OneTimeCodeIssued>(), sent => sent.Template == "otp-visit");
    }

    [Fact]
    public async Task OtpThatGotLost_CanBeSentAgain_AndOnlyTheNewOneCounts()
    {
        var host = Start();
        var id = await host.ArrivedAsync();
        var first = await host.CodeSentAsync("otp-visit");
        await Assert.IsProblemAsync(await host.PostAsync(host.Operator("ali"), $"/visits/{id}/actions/resend-code"), HttpStatusCode.TooManyRequests, "resend-too-soon");
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        await host.DoAsync(host.Citizen(), $"/visits/{id}/actions/resend-code");

        var second = await host.CodeSentAsync("otp-visit", earlier: first);
        await Assert.IsProblemAsync(await ConfirmAsync(host, id, first), HttpStatusCode.BadRequest, "code-wrong");
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(host, id, second)).StatusCode);
    }

    [Fact]
    public async Task OtpGuessed_IsLockedAfterFiveTries_AlsoInParallel()
    {
        var host = Start();
        var id = await host.ArrivedAsync();
        var code = await host.CodeSentAsync("otp-visit");
        var guesses = Enumerable.Range(0, 40).Select(number => number.ToString("D6", null)).Where(guess => guess != code).ToList();
        var ali = host.Operator("ali");

        var answers = await Task.WhenAll(guesses.Select(guess => host.PostAsync(ali, $"/visits/{id}/actions/confirm", new { code = guess, totalPaise = DispatchHost.Total })));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(DispatchHost.Cancel)));
        Assert.True(bodies.Count(body => body.Contains("code-wrong\"", StringComparison.Ordinal) && body.Contains("Tries left", StringComparison.Ordinal)) <= 5);
        while ((await host.Visits.GetAsync(id, DispatchHost.Cancel)).Code!.TriesLeft > 0)
            await ConfirmAsync(host, id, guesses[0]);
        await Assert.IsProblemAsync(await ConfirmAsync(host, id, code), HttpStatusCode.Conflict, "code-locked");
    }

    [Fact]
    public async Task Overcharge_AnotherTotalThanTold_IsRefusedAndBecomesACase()
    {
        var host = Start();
        var id = await host.ArrivedAsync();
        var message = await host.PublishedAsync<OneTimeCodeIssued>(sent => sent.Template == "otp-visit");
        Assert.Equal("7000", message.Parameters["totalPaise"]);

        await Assert.IsProblemAsync(await ConfirmAsync(host, id, message.Code, 25_000), HttpStatusCode.Conflict, "total-mismatch");

        var suspected = await host.PublishedAsync<OverchargeSuspected>();
        Assert.Equal((id, "ali", 7000L, 25_000L), (suspected.VisitId, suspected.OperatorId, suspected.ToldPaise, suspected.AskedPaise));
        // The code was not worn out by it, and confirms what was told.
        Assert.Equal(HttpStatusCode.OK, (await ConfirmAsync(host, id, message.Code)).StatusCode);
    }

    [Fact]
    public async Task AgentToldToComeBackLater_ReschedulesFromTheDoor()
    {
        var host = Start();
        var id = await host.ArrivedAsync();
        var code = await host.CodeSentAsync("otp-visit");

        var moved = await host.DoAsync(host.Citizen(), $"/visits/{id}/actions/reschedule", new { slotId = "slt_ali_20260303T0800" });

        Assert.Equal(("scheduled", "2026-03-03T08:00:00+00:00"), ((string)moved["state"]!, (string)moved["startsAt"]!));
        await Assert.IsProblemAsync(await ConfirmAsync(host, id, code), HttpStatusCode.Conflict, "not-arrived");
    }

    [Fact]
    public async Task EveryStateHasANextStepForSomebody()
    {
        var host = Start();
        var visit = await host.VisitAsync();
        var id = (string)visit["id"]!;
        Assert.Equal(["accept", "decline"], await NextAsync(host.Operator("ali")));
        Assert.Equal(["reschedule", "cancel"], await NextAsync(host.Citizen()));

        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero));
        await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/accept");
        Assert.Equal(["depart", "arrive", "decline"], await NextAsync(host.Operator("ali")));
        await host.DoAsync(host.Operator("ali"), $"/visits/{id}/actions/arrive");
        Assert.Equal(["confirm", "resend-code", "no-show"], await NextAsync(host.Operator("ali")));
        await ConfirmAsync(host, id, await host.CodeSentAsync("otp-visit"));
        Assert.Equal(["complete"], await NextAsync(host.Operator("ali")));
        Assert.Empty(await NextAsync(host.Citizen()));

        async Task<IEnumerable<string>> NextAsync(HttpClient client) =>
            [.. (await DispatchHost.GetAsync(client, $"/visits/{id}"))["next"]!.AsArray().Select(action => (string)action!)];
    }
}
