using EServices.Contracts;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Dispatch.Calls;
using EServices.Platform.Time;
using EServices.Testing;
using static EServices.Dispatch.Tests.Support.CallSamples;

namespace EServices.Dispatch.Tests.Calls;

public class CallTests
{
    private static IReadOnlyList<string> Failing(Call call, DateTimeOffset? now = null) =>
        [.. call.Readiness(now ?? Now).Where(check => !check.Ok).Select(check => check.Check)];

    [Fact]
    public void Answered_SendsACodeToTheCallersNumberAndKeepsItsHashOnly()
    {
        var call = Answered();

        var received = Assert.Single(call.Raised.OfType<CallReceived>());
        var code = Assert.Single(call.Raised.OfType<OneTimeCodeIssued>());
        Assert.True(received.Answered);
        Assert.Equal(("otp-call-confirm", "+919906000001", Now.AddMinutes(10)), (code.Template, code.Mobile, code.ExpiresAt));
        Assert.DoesNotContain(code.Code, call.Code!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unanswered_IsARecordThatWaits()
    {
        var call = Call.Unanswered("cal_1", "+919906000001", "ur", Farah, Now);

        Assert.Equal((CallState.Callback, 1, "+919906000001"), (call.State, call.Rings, call.WaitingFrom));
        Assert.False(Assert.Single(call.Raised.OfType<CallReceived>()).Answered);
        Assert.Empty(call.Raised.OfType<OneTimeCodeIssued>());
        Assert.Equal(["answer", "dispose"], call.Next(Now));
    }

    [Fact]
    public void Unanswered_RingingAgain_KeepsItsPlaceAndTellsNobodyTwice()
    {
        var call = Call.Unanswered("cal_1", "+919906000001", "ur", Farah, Now);

        call.RingAgain(Now.AddMinutes(5));

        Assert.Equal((2, Now, Now.AddMinutes(5)), (call.Rings, call.QueuedAt, call.LastRangAt));
        Assert.Single(call.Timeline);
        Assert.Single(call.Raised);
    }

    [Fact]
    public void Answer_AWaitingCall_TakesItOffTheListAndSendsTheCode()
    {
        var call = Call.Unanswered("cal_1", "+919906000001", "ur", Farah, Now);

        Assert.Null(call.Answer(Farah, Now.AddMinutes(7), new SeededChance(1), Rules));
        Assert.Equal((CallState.Open, null), (call.State, call.WaitingFrom));
        Assert.Single(call.Raised.OfType<OneTimeCodeIssued>());
        Assert.Equal("not-waiting", call.Answer(Farah, Now, new SeededChance(1), Rules)?.Code);
    }

    [Fact]
    public void Close_CalledBackInVain_GoesToTheEndAndIsGivenUpAtTheThirdTime()
    {
        var call = Call.Unanswered("cal_1", "+919906000001", "ur", Farah, Now);

        Assert.Null(call.Close("not-reached", Farah, Now.AddMinutes(10), Rules));
        Assert.Equal((CallState.Callback, Now.AddMinutes(10)), (call.State, call.QueuedAt));
        call.Close("not-reached", Farah, Now.AddMinutes(20), Rules);
        call.Close("not-reached", Farah, Now.AddMinutes(30), Rules);
        Assert.Equal((CallState.Disposed, "not-reached", null), (call.State, call.Disposition, call.WaitingFrom));
    }

    [Theory]
    [InlineData("no-such-code")]
    [InlineData("not-reached")] // only for call-backs
    [InlineData("")]
    public void Close_WithACodeThatDoesNotFit_IsRefused(string code) =>
        Assert.Equal("disposition-unknown", Answered().Close(code, Farah, Now, Rules)?.Code);

    [Fact]
    public void Readiness_OfAFreshCall_NamesEveryCheck() =>
        Assert.Equal(["number-confirmed", "service-chosen", "documents-confirmed", "address-matched", "total-quoted", "caller-named"], Failing(Answered()));

    [Fact]
    public void Readiness_WithEverything_IsAnOrderForAVisit()
    {
        var call = Ready();

        Assert.Empty(Failing(call));
        Assert.Null(call.Order(Now, out var order));
        Assert.Equal(("Haleema Begum", 7000L, "qot_1", "11"), (order!.Citizen.Name, order.TotalPaise, order.QuoteId, order.Address.TehsilCode));
    }

    [Fact]
    public void Readiness_MissingPapers_AreNamed()
    {
        var call = Answered();
        call.Choose(Domicile, Farah, Now);
        call.ConfirmDocument("identity-proof", "voter-card", Farah, Now);

        var papers = call.Readiness(Now).Single(check => check.Check == "documents-confirmed");

        // The photograph is not mandatory; the voter card stands for the proof of identity.
        Assert.Equal((false, "Not confirmed: Proof of residence."), (papers.Ok, papers.Why));
    }

    [Theory]
    [InlineData("passport", null, "document-unknown")]
    [InlineData(null, null, "document-unknown")]
    [InlineData("identity-proof", "ration-card", "alternative-unknown")]
    [InlineData("residence-proof", "voter-card", "alternative-unknown")]
    [InlineData("identity-proof", "identity-proof", null)]
    [InlineData("identity-proof", "voter-card", null)]
    public void ConfirmDocument_OnlyWhatTheServiceTakes(string? document, string? alternative, string? refused)
    {
        var call = Answered();
        call.Choose(Domicile, Farah, Now);

        Assert.Equal(refused, call.ConfirmDocument(document, alternative, Farah, Now)?.Code);
    }

    [Fact]
    public void ConfirmDocument_BeforeAService_IsRefused() =>
        Assert.Equal("service-not-chosen", Answered().ConfirmDocument("identity-proof", null, Farah, Now)?.Code);

    [Fact]
    public void Choose_AnotherService_ForgetsThePapersAndTheTotal()
    {
        var call = Ready();

        call.Choose(Chosen(Samples.Domicile("income-certificate")), Farah, Now);

        Assert.Equal(["documents-confirmed", "total-quoted"], Failing(call));
        Assert.Contains("another service", call.Readiness(Now).Single(check => check.Check == "total-quoted").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_TheSameServiceAgain_KeepsThePapers()
    {
        var call = Ready();

        call.Choose(Domicile, Farah, Now);

        Assert.Empty(Failing(call));
    }

    [Theory]
    [InlineData("income-certificate", 1, Channel.Doorstep)]
    [InlineData("domicile-certificate", 2, Channel.Doorstep)]
    [InlineData("domicile-certificate", 1, Channel.Centre)]
    public void Readiness_QuoteForSomethingElse_DoesNotCount(string service, int version, Channel channel)
    {
        var call = Answered();
        call.Choose(Domicile, Farah, Now);

        call.Quoted(Quote("qot_1", service, version, channel));

        Assert.Contains("total-quoted", Failing(call));
    }

    [Fact]
    public void Readiness_ExpiredQuote_IsNotReadyAgain()
    {
        var call = Ready();

        Assert.Equal(["total-quoted"], Failing(call, Now.AddHours(24)));
        Assert.Equal("not-ready", call.Order(Now.AddHours(24), out _)?.Code);
    }

    [Fact]
    public void Quoted_TheLaterQuoteCounts_InWhateverOrderTheyAreHeardOf()
    {
        var (early, late) = (Quote("qot_1", givenAfter: 0), Quote("qot_2", givenAfter: 5) with { TotalPaise = 9000 });
        var (inOrder, outOfOrder) = (Ready(), Ready());

        inOrder.Quoted(early);
        inOrder.Quoted(late);
        outOfOrder.Quoted(late);
        outOfOrder.Quoted(early);

        Assert.Equal(["qot_2", "qot_2"], [inOrder.QuoteNow()!.QuoteId, outOfOrder.QuoteNow()!.QuoteId]);
    }

    [Fact]
    public void Quoted_BeforeTheServiceIsChosen_CountsOnceItIs()
    {
        var call = Answered();
        call.Quoted(Quote());
        Assert.Contains("total-quoted", Failing(call));

        call.Choose(Domicile, Farah, Now);

        Assert.DoesNotContain("total-quoted", Failing(call));
    }

    [Fact]
    public void Quoted_WithoutEnd_KeepsTheLatestFew()
    {
        var call = Ready();

        for (var number = 0; number < 40; number++)
            call.Quoted(Quote($"qot_{number}", givenAfter: number));

        Assert.Equal(10, call.Quotes.Count);
        Assert.Equal("qot_39", call.QuoteNow()!.QuoteId);
    }

    [Fact]
    public void Order_NotReady_TellsEveryFailingCheck()
    {
        var refusal = Answered().Order(Now, out var order);

        Assert.Null(order);
        Assert.Equal("not-ready", refusal?.Code);
        Assert.Equal(6, refusal!.Errors!.Count);
    }

    [Fact]
    public void Order_OfACallThatIsOver_IsRefused()
    {
        var call = Ready();
        call.Close("dropped", Farah, Now, Rules);

        Assert.Equal("call-closed", call.Order(Now, out _)?.Code);
        Assert.Equal("call-closed", call.NameCaller("Someone", Farah, Now)?.Code);
        Assert.Equal("call-closed", call.ResendCode(Farah, Now, new SeededChance(1), Rules)?.Code);
    }

    [Fact]
    public void ConfirmNumber_WithAnEarlierCodeAfterAResend_IsRefused()
    {
        var call = Answered();
        var first = CodeOf(call);
        Assert.Equal("resend-too-soon", call.ResendCode(Farah, Now.AddSeconds(10), new SeededChance(2), Rules)?.Code);
        Assert.Null(call.ResendCode(Farah, Now.AddSeconds(30), new SeededChance(2), Rules));
        var second = CodeOf(call);
        Assert.NotEqual(first, second);

        Assert.Equal("code-wrong", call.ConfirmNumber(first, Farah, Now.AddSeconds(40))?.Code);
        Assert.Null(call.ConfirmNumber(second, Farah, Now.AddSeconds(50)));
        Assert.Equal("number-confirmed", call.ConfirmNumber(second, Farah, Now.AddSeconds(60))?.Code);
    }

    [Fact]
    public void Scheduled_HeardOfTwice_IsOnce()
    {
        var call = Ready();

        call.Scheduled("vis_1", Now);

        Assert.Equal((CallState.Scheduled, "vis_1"), (call.State, call.VisitId));
        Assert.Equal("call-closed", call.NameCaller("Someone", Farah, Now)?.Code);
    }

    [Fact]
    public void VisitEnded_GivesTheCallBack_AlsoWhenHeardOfBeforeItsBeginning()
    {
        var (inOrder, outOfOrder) = (Ready(), Ready());

        inOrder.Scheduled("vis_1", Now);
        inOrder.VisitEnded("vis_1", "visit-cancelled", Now);
        outOfOrder.VisitEnded("vis_1", "visit-cancelled", Now);
        outOfOrder.Scheduled("vis_1", Now);

        Assert.All([inOrder, outOfOrder], call => Assert.Equal((CallState.Open, null), (call.State, call.VisitId)));
    }

    [Fact]
    public void VisitEnded_OfAnEarlierVisit_LeavesTheLaterOne()
    {
        var call = Ready();
        call.Scheduled("vis_2", Now);

        call.VisitEnded("vis_1", "visit-cancelled", Now);

        Assert.Equal((CallState.Scheduled, "vis_2"), (call.State, call.VisitId));
    }

    [Fact]
    public void Next_LeadsThroughTheOpenChecks()
    {
        var call = Answered();
        Assert.Equal("confirm-number", call.Next(Now)[0]);
        Assert.DoesNotContain("confirm-document", call.Next(Now));

        call.ConfirmNumber(CodeOf(call), Farah, Now);
        Assert.Equal("choose-service", call.Next(Now)[0]);

        call.Choose(Domicile, Farah, Now);
        Assert.Equal("confirm-document", call.Next(Now)[0]);
    }
}
