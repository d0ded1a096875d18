using EServices.Platform.Messaging.DeadLetters;

namespace EServices.Platform.Tests.Messaging;

/// <summary>The rules of a letter, without a store.</summary>
public class DeadLetterTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly Failure Broken = new("System.InvalidOperationException", "broken", null);

    [Fact]
    public void Letter_WhoseTriesAreUsedUp_IsParkedWithThemCounted()
    {
        var letter = Letter(tries: 2);
        Assert.Equal((DeadLetterState.Waiting, 1, Now + Wait), (letter.State, letter.Attempts, letter.DueAt));

        Assert.True(letter.Begin(Now, Lease));
        Assert.Equal(Now + Lease, letter.DueAt);
        letter.Fail(Broken, Now, Wait);
        Assert.Equal((DeadLetterState.Waiting, 2), (letter.State, letter.Attempts));
        Assert.True(letter.Begin(Now, Lease));
        letter.Fail(new Failure("T", "last", "at"), Now.AddSeconds(5), Wait);

        Assert.Equal((DeadLetterState.Parked, 3, null), (letter.State, letter.Attempts, letter.DueAt));
        Assert.Equal((Now.AddSeconds(5), Now.AddSeconds(5), Now), (letter.ParkedAt, letter.LastFailedAt, letter.FirstFailedAt));
        Assert.Equal("last", letter.Failure.Message);
        Assert.False(letter.Begin(Now, Lease));
    }

    [Fact]
    public void Attempt_OfWhichNothingIsHeard_IsCounted_AndTheLastOneParks()
    {
        var letter = Letter(tries: 1);
        Assert.True(letter.Begin(Now, Lease));

        // The process went down. The lease ran out, and another process finds it.
        Assert.False(letter.Begin(Now + Lease, Lease));

        Assert.Equal((DeadLetterState.Parked, 2, "NoAnswer"), (letter.State, letter.Attempts, letter.Failure.Type));
    }

    [Fact]
    public void Attempt_ThatCouldNotBeMade_IsTakenBack()
    {
        var letter = Letter(tries: 1);
        letter.Begin(Now, Lease);

        letter.Postpone(Now.AddSeconds(5));

        Assert.Equal((DeadLetterState.Waiting, 1, 1, Now.AddSeconds(5)), (letter.State, letter.Attempts, letter.TriesLeft, letter.DueAt));
    }

    [Fact]
    public void Failure_WithoutHope_ParksAtOnce()
    {
        var letter = Letter(tries: 9);
        letter.Begin(Now, Lease);
        letter.Fail(Broken, Now, Wait, hopeless: true);
        Assert.Equal(DeadLetterState.Parked, letter.State);
    }

    [Fact]
    public void Retry_GivesNewTries_AndEndedOnesAreRefused()
    {
        var letter = Letter(tries: 0);
        Assert.Equal(DeadLetterState.Parked, letter.State);

        Assert.Null(letter.Retry("act_1", Now, 1));
        Assert.Equal((DeadLetterState.Waiting, 1, Now, "act_1"), (letter.State, letter.TriesLeft, letter.DueAt, letter.LastAct));
        // Again, by someone who did not see the first: no more tries than the first gave.
        Assert.Null(letter.Retry("act_2", Now.AddSeconds(1), 1));
        Assert.Equal((1, Now, "act_1"), (letter.TriesLeft, letter.DueAt, letter.LastAct));
        letter.Begin(Now, Lease);
        letter.Succeed(Now);
        Assert.Equal((DeadLetterState.Handled, Now), (letter.State, letter.EndedAt));
        Assert.Equal("dead-letter-ended", letter.Retry("act_3", Now, 1)?.Code);
        Assert.Equal("dead-letter-ended", letter.Discard("act_3", Now)?.Code);
    }

    [Fact]
    public void Discard_HoldsAgainstALateSuccessAndALateRepeat()
    {
        var letter = Letter(tries: 3);
        letter.Begin(Now, Lease);
        Assert.Null(letter.Discard("act_1", Now));
        Assert.Null(letter.Discard("act_2", Now));

        letter.Fail(Broken, Now, Wait);
        letter.Succeed(Now);
        letter.ComeAgain(Broken, Now, 3, Wait);

        Assert.Equal((DeadLetterState.Discarded, null, "act_1"), (letter.State, letter.DueAt, letter.LastAct));
        Assert.NotNull(letter.Retry("act_3", Now, 1));
    }

    [Fact]
    public void Repeat_OfWhatWasThoughtHandled_WaitsAgain()
    {
        var letter = Letter(tries: 0);
        letter.Retry("act_1", Now, 1);
        letter.Begin(Now, Lease);
        letter.Succeed(Now);

        letter.ComeAgain(Broken, Now.AddDays(2), 3, Wait);

        Assert.Equal((DeadLetterState.Waiting, 3, null), (letter.State, letter.TriesLeft, letter.EndedAt));
    }

    [Fact]
    public void Plan_WaitsLongerEachTime_AboutTwoMinutesInAll()
    {
        var plan = new RedeliveryPlan();
        var waits = Enumerable.Range(1, plan.Waits.Count).Reverse().Select(plan.WaitBefore).ToList();

        Assert.Equal(plan.Waits, waits);
        Assert.Equal(waits.Order(), waits);
        Assert.True(waits[0] < TimeSpan.FromSeconds(1));
        Assert.InRange(waits.Sum(wait => wait.TotalSeconds), 60, 180);
        Assert.True(plan.Lease > plan.AttemptDeadline);
    }

    [Theory]
    [InlineData("System.TimeoutException: no confirm: none", "System.TimeoutException", "no confirm: none")]
    [InlineData("It can't be sent: gone", "", "It can't be sent: gone")]
    [InlineData("plain", "", "plain")]
    public void Failure_FromText_IsReadAsItWasWritten(string text, string type, string message) =>
        Assert.Equal(new Failure(type, message, null), Failure.Parse(text));

    [Fact]
    public void Failure_OfAnException_IsCutToAMeasure()
    {
        var failure = Failure.Of(new InvalidOperationException(new string('x', 100_000)));
        Assert.Equal((typeof(InvalidOperationException).FullName, 2_000, null), (failure.Type, failure.Message.Length, failure.Stack));
        Assert.Equal(failure, Failure.Parse(failure.ToString()));
    }

    [Fact]
    public void Content_IsMasked_WhereItMayBeAPersons()
    {
        var masked = Masked.Of("""{"id":"bil_01J9ZC4V9S5X0J6Q2W8N3T7YBD","mobile":"+919906000001","code":"123456","at":"2026-03-02T10:00:00Z","paise":2000,"latitude":34.0837,"lines":[{"name":"Haleema"}],"paid":true,"none":null}""")!.ToJsonString();

        Assert.Equal(
            """{"id":"bil_01J9ZC4V9S5X0J6Q2W8N3T7YBD","mobile":"(13 characters)","code":"(6 characters)","at":"2026-03-02T10:00:00Z","paise":2000,"latitude":"(a number)","lines":[{"name":"(7 characters)"}],"paid":true,"none":null}""",
            masked);
        Assert.Equal("(10 characters)", Masked.Of("{ not json")!.GetValue<string>());
    }

    [Theory]
    [InlineData("tracking.number=T-26-1,tenant=x", """{"trackingNumber":"T-26-2"}""", "T-26-1")]
    [InlineData(null, """{"trackingNumber":"T-26-2"}""", "T-26-2")]
    [InlineData("tenant=x", """{"trackingNumber":7}""", null)]
    [InlineData(null, "[1]", null)]
    [InlineData(null, "{ not json", null)]
    public void TrackingNumber_IsOfTheBaggage_ElseOfTheFact(string? baggage, string body, string? expected) => Assert.Equal(expected, DeadLetterBox.TrackingNumberOf(baggage, body));

    private static DeadLetter Letter(int tries) => new(
        "dlt_notes_1", DeadLetterSource.Queue, "notes.when-told", new EventInTrouble("evt_1", "EServices.Contracts.Catalogue.ServiceSuspended", "{}", Now, null, null, null, null),
        1, Broken, Now, tries, Wait);
}
