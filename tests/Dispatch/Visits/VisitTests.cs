using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;
using EServices.Platform.Time;
using static EServices.Dispatch.Tests.Support.CallSamples;

namespace EServices.Dispatch.Tests.Visits;

public class VisitTests
{
    private static readonly Actor Ali = new("operator", "stf_ali", "Ali");
    private static readonly DateOnly Tuesday = new(2026, 3, 3);

    /// <summary>Tuesday, nine o'clock in the state.</summary>
    private static readonly DateTimeOffset Nine = new(2026, 3, 3, 3, 30, 0, TimeSpan.Zero);

    private readonly SeededChance chance = new(5);

    private static Offer OfferOf(Platform.Packs.Operator told, DateTimeOffset? at = null)
    {
        var start = at ?? Nine;
        return new Offer(new Operator(told), new Window(DateOnly.FromDateTime(start.UtcDateTime), start, start.AddMinutes(90)), 3.2, 0, true, start, TimeSpan.FromMinutes(8), "near");
    }

    private static DayPlace PlaceIn(string day, int turn = 1) => new($"{day}:{turn}", $"{day}#{turn}");

    private static Visit Scheduled()
    {
        Ready().Order(Now, out var order);
        return Visit.Schedule("vis_1", order!, OfferOf(TinyState.Ali()), PlaceIn("ali:2026-03-03"), Farah, Now, Rules);
    }

    private Visit Arrived()
    {
        var visit = Scheduled();
        Assert.Null(visit.Accept(Ali, Now));
        Assert.Null(visit.Depart(Ali, Now));
        Assert.Null(visit.Arrive(Ali, Nine, Tuesday, chance, Rules));
        return visit;
    }

    private static string CodeOf(Visit visit) => visit.Raised.OfType<OneTimeCodeIssued>().Last().Code;

    private static string Wrong(Visit visit) => CodeOf(visit) == "000000" ? "000001" : "000000";

    [Fact]
    public void Schedule_HoldsTheSlotAndTellsTheTotal()
    {
        var visit = Scheduled();

        Assert.Equal(("ali", "ali:2026-03-03:1", "cal_1"), (visit.HeldBy, visit.Seat, visit.OpenCall));
        var told = Assert.IsType<VisitScheduled>(Assert.Single(visit.Raised));
        Assert.Equal(("qot_1", 7000L, Nine, Nine.AddMinutes(90), "Ali"), (told.QuoteId, told.TotalPaise, told.StartsAt, told.EndsAt, told.OperatorName));
    }

    [Fact]
    public void Arrive_SendsTheCodeWithTheTotalToTheCitizen()
    {
        var visit = Arrived();

        var code = Assert.Single(visit.Raised.OfType<OneTimeCodeIssued>());
        Assert.Equal(("+919906000001", "ur", "otp-visit", "7000"), (code.Mobile, code.Language, code.Template, code.Parameters["totalPaise"]));
        Assert.Equal(Nine.AddMinutes(15), code.ExpiresAt);
        Assert.Single(visit.Raised.OfType<VisitArrived>());
    }

    [Fact]
    public void Confirm_BeforeArrival_IsRefused()
    {
        var visit = Scheduled();
        Assert.Equal("not-arrived", visit.Confirm("123456", 7000, Ali, Nine, Rules)?.Code);
        visit.Accept(Ali, Now);
        Assert.Equal("not-arrived", visit.Confirm("123456", 7000, Ali, Nine, Rules)?.Code);
        Assert.Equal("not-arrived", visit.ResendCode(Ali, Nine, chance, Rules)?.Code);
        visit.Depart(Ali, Now);
        Assert.Equal("not-arrived", visit.Confirm("123456", 7000, Ali, Nine, Rules)?.Code);

        Assert.Empty(visit.Raised.OfType<OneTimeCodeIssued>());
    }

    [Theory]
    [InlineData(3, -61, "too-early")]
    [InlineData(3, -60, null)]
    [InlineData(3, 210, null)]
    [InlineData(3, 211, "too-late")]
    [InlineData(2, -1440, "too-early")]
    [InlineData(4, 1440, "too-late")]
    public void Arrive_OnlyOnTheDayAroundTheWindow(int today, int minutes, string? refused)
    {
        var visit = Scheduled();
        visit.Accept(Ali, Now);

        Assert.Equal(refused, visit.Arrive(Ali, Nine.AddMinutes(minutes), new DateOnly(2026, 3, today), chance, Rules)?.Code);
    }

    [Fact]
    public void Arrive_WithoutHavingAccepted_IsRefused() => Assert.Equal("not-now", Scheduled().Arrive(Ali, Nine, Tuesday, chance, Rules)?.Code);

    [Fact]
    public void Arrive_Repeated_SendsNoSecondCode()
    {
        var visit = Arrived();

        Assert.Null(visit.Arrive(Ali, Nine.AddMinutes(1), Tuesday, chance, Rules));

        Assert.Single(visit.Raised.OfType<OneTimeCodeIssued>());
    }

    [Fact]
    public void Confirm_TheCodeAndTheTotal_ConfirmsOnce()
    {
        var visit = Arrived();

        Assert.Null(visit.Confirm(CodeOf(visit), 7000, Ali, Nine, Rules));

        var confirmed = Assert.Single(visit.Raised.OfType<VisitConfirmed>());
        Assert.Equal(("qot_1", 7000L), (confirmed.QuoteId, confirmed.TotalPaise));
        Assert.Null(visit.Code);
        Assert.Equal("not-now", visit.Confirm(CodeOf(visit), 7000, Ali, Nine, Rules)?.Code);
    }

    [Fact]
    public void Confirm_FiveWrongCodes_LocksTheCode_AnotherOneWorks()
    {
        var visit = Arrived();
        var first = CodeOf(visit);
        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal("code-wrong", visit.Confirm(Wrong(visit), 7000, Ali, Nine, Rules)?.Code);
        Assert.Equal("code-locked", visit.Confirm(first, 7000, Ali, Nine, Rules)?.Code);

        Assert.Null(visit.ResendCode(Ali, Nine.AddSeconds(30), chance, Rules));

        Assert.Equal("code-wrong", visit.Confirm(first, 7000, Ali, Nine.AddSeconds(31), Rules)?.Code);
        Assert.Null(visit.Confirm(CodeOf(visit), 7000, Ali, Nine.AddSeconds(32), Rules));
    }

    [Fact]
    public void Confirm_AfterAQuarterOfAnHour_IsExpired()
    {
        var visit = Arrived();

        Assert.Equal("code-expired", visit.Confirm(CodeOf(visit), 7000, Ali, Nine.AddMinutes(15), Rules)?.Code);
    }

    [Fact]
    public void Confirm_AnotherTotal_OpensACaseAndLeavesTheCode()
    {
        var visit = Arrived();
        var code = CodeOf(visit);

        Assert.Equal("total-mismatch", visit.Confirm(code, 25_000, Ali, Nine, Rules)?.Code);

        var suspected = Assert.Single(visit.Raised.OfType<OverchargeSuspected>());
        Assert.Equal((7000L, 25_000L, "ali"), (suspected.ToldPaise, suspected.AskedPaise, suspected.OperatorId));
        Assert.Equal(5, visit.Code!.TriesLeft);
        Assert.Null(visit.Confirm(code, 7000, Ali, Nine, Rules));
    }

    [Fact]
    public void Confirm_OtherTotalsAgainAndAgain_IsBlockedWithoutMoreCases()
    {
        var visit = Arrived();
        var code = CodeOf(visit);
        for (var attempt = 0; attempt < 3; attempt++)
            visit.Confirm(code, 7100 + attempt, Ali, Nine, Rules);

        Assert.Equal("confirmation-blocked", visit.Confirm(code, 25_000, Ali, Nine, Rules)?.Code);
        Assert.Equal("confirmation-blocked", visit.Confirm(code, 7000, Ali, Nine, Rules)?.Code);
        Assert.Equal(3, visit.Raised.OfType<OverchargeSuspected>().Count());
    }

    [Fact]
    public void Complete_OnlyAfterConfirmation_AndRepeatedOnlyAlike()
    {
        var visit = Arrived();
        Assert.Equal("not-now", visit.Complete("app_1", Ali, Nine)?.Code);
        visit.Confirm(CodeOf(visit), 7000, Ali, Nine, Rules);

        Assert.Null(visit.Complete("app_1", Ali, Nine));
        Assert.Null(visit.Complete("app_1", Ali, Nine));
        Assert.Equal("not-now", visit.Complete("app_2", Ali, Nine)?.Code);

        Assert.Equal("app_1", Assert.Single(visit.Raised.OfType<VisitCompleted>()).ApplicationId);
        Assert.Equal("ali", visit.HeldBy);
    }

    [Fact]
    public void NoShow_AfterWaitingAtTheDoor_FreesSlotAndCall()
    {
        var visit = Arrived();
        Assert.Equal("wait-at-the-door", visit.NoShow(Ali, Nine.AddMinutes(9), Rules)?.Code);

        Assert.Null(visit.NoShow(Ali, Nine.AddMinutes(10), Rules));

        Assert.Equal((null, null, null), (visit.HeldBy, visit.Seat, visit.OpenCall));
        Assert.Single(visit.Raised.OfType<VisitNoShow>());
        Assert.Equal("not-now", visit.Confirm("123456", 7000, Ali, Nine, Rules)?.Code);
    }

    [Fact]
    public void NoShow_WithoutHavingArrived_IsRefused() => Assert.Equal("not-arrived", Scheduled().NoShow(Ali, Nine.AddHours(1), Rules)?.Code);

    [Fact]
    public void Decline_PassesToTheNextBestInTheSameWindow()
    {
        var visit = Scheduled();

        Assert.Null(visit.Decline("ill", OfferOf(TinyState.Bina()), PlaceIn("bina:2026-03-03"), Ali, Now, Rules));

        Assert.Equal((VisitState.Scheduled, "bina", "bina", Nine), (visit.State, visit.OperatorId, visit.HeldBy, visit.StartsAt));
        Assert.Equal(["ali"], visit.DeclinedBy);
        Assert.Equal("Bina", Assert.Single(visit.Raised.OfType<VisitRescheduled>()).OperatorName);
    }

    [Fact]
    public void Decline_WithNobodyElse_GoesBackToTheHelplineAndFreesTheSlot()
    {
        var visit = Scheduled();

        Assert.Null(visit.Decline("ill", null, null, Ali, Now, Rules));

        Assert.Equal((VisitState.Unassigned, null, null, null, "cal_1"), (visit.State, visit.OperatorId, visit.HeldBy, visit.Seat, visit.OpenCall));
        Assert.Equal("not-now", visit.Accept(Ali, Now)?.Code);
    }

    [Fact]
    public void Decline_AtTheDoor_IsTooLate() => Assert.Equal("not-now", Arrived().Decline("ill", null, null, Ali, Nine, Rules)?.Code);

    [Fact]
    public void Reschedule_AtTheDoor_MovesTheHoldAndVoidsTheCode()
    {
        var visit = Arrived();
        var code = CodeOf(visit);
        var later = Nine.AddDays(2);

        Assert.Null(visit.Reschedule(OfferOf(TinyState.Bina(), later), PlaceIn("bina:2026-03-05"), Farah, Nine, Rules));

        Assert.Equal((VisitState.Scheduled, "bina", later, null), (visit.State, visit.HeldBy, visit.StartsAt, visit.Code));
        Assert.Equal((null, null), (visit.DepartedAt, visit.ArrivedAt));
        Assert.Equal(["ali:2026-03-03#1", "bina:2026-03-05#1"], visit.Turns);
        Assert.Equal("not-arrived", visit.Confirm(code, 7000, Ali, Nine, Rules)?.Code);
        Assert.Equal(later, Assert.Single(visit.Raised.OfType<VisitRescheduled>()).StartsAt);
    }

    [Fact]
    public void Reschedule_ByTheCitizenAgainAndAgain_BecomesTheHelplinesBusiness()
    {
        var visit = Scheduled();
        var citizen = new Actor("citizen", "cit_1", "Haleema");
        foreach (var day in new[] { 2, 3, 4 })
            Assert.Null(visit.Reschedule(OfferOf(TinyState.Ali(), Nine.AddDays(day)), PlaceIn("ali:2026-03-03", day), citizen, Now, Rules));

        Assert.Equal("reschedules-used-up", visit.Reschedule(OfferOf(TinyState.Ali()), PlaceIn("ali:2026-03-03", 5), citizen, Now, Rules)?.Code);
        Assert.Null(visit.Reschedule(OfferOf(TinyState.Ali()), PlaceIn("ali:2026-03-03", 5), Farah, Now, Rules));
    }

    [Fact]
    public void Reschedule_OnceConfirmed_IsRefused()
    {
        var visit = Arrived();
        visit.Confirm(CodeOf(visit), 7000, Ali, Nine, Rules);

        Assert.Equal("not-now", visit.Reschedule(OfferOf(TinyState.Bina()), PlaceIn("bina:2026-03-03"), Farah, Nine, Rules)?.Code);
        Assert.Equal("not-now", visit.Cancel("changed my mind", Farah, Nine)?.Code);
    }

    [Fact]
    public void Cancel_FreesTheSlotOnce()
    {
        var visit = Scheduled();

        Assert.Null(visit.Cancel("not needed", Farah, Now));
        Assert.Null(visit.Cancel("not needed", Farah, Now));

        Assert.Equal((null, null), (visit.HeldBy, visit.OpenCall));
        Assert.Single(visit.Raised.OfType<VisitCancelled>());
    }

    [Theory]
    [InlineData(210, false)]
    [InlineData(211, true)]
    public void Miss_OnceTheWindowIsOver(int minutes, bool missed)
    {
        var visit = Scheduled();

        Assert.Equal(missed, visit.Miss(Nine.AddMinutes(minutes)));
        Assert.Equal(missed ? VisitState.Missed : VisitState.Scheduled, visit.State);
        Assert.Equal(!missed, visit.HeldBy is not null);
    }

    [Fact]
    public void Miss_WhereSomebodyArrived_IsNot() => Assert.False(Arrived().Miss(Nine.AddDays(1)));

    [Fact]
    public void Missed_CanBeRescheduled()
    {
        var visit = Scheduled();
        visit.Miss(Nine.AddDays(1));

        Assert.Null(visit.Reschedule(OfferOf(TinyState.Ali(), Nine.AddDays(2)), PlaceIn("ali:2026-03-05"), Farah, Nine.AddDays(1), Rules));
        Assert.Equal((VisitState.Scheduled, "ali"), (visit.State, visit.HeldBy));
    }

    [Fact]
    public void Timeline_SaysWhoDidWhatWhen()
    {
        var visit = Arrived();

        Assert.Equal(["scheduled", "accepted", "departed", "arrived"], visit.Timeline.Select(deed => deed.What));
        Assert.Equal(["helpline", "operator", "operator", "operator"], visit.Timeline.Select(deed => deed.By.Role));
    }
}
