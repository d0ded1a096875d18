extern alias testing;

using System.Collections.Concurrent;
using System.Diagnostics;

namespace EServices.Faults.Tests.Load;

/// <summary>
/// Constant load through the gateway: citizens who apply at a centre and pay there, citizens who call and are given a visit, several of them wanting the same
/// slot, and whole journeys from a call to a certificate.
/// </summary>
internal sealed class Citizens : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1_000);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50);
    private const int Callers = 2;
    private const int Travellers = 2;
    private const double Decided = 0.4;

    /// <summary>Applications that wait for their bill, beyond which no further ones are begun.</summary>
    private const int MostUnpaid = 400;

    /// <summary>Paid ones that wait for the officer, beyond which no further ones are laid before them: one person decides slower than many hand in.</summary>
    private const int MostUndecided = 20;

    private readonly HttpClient gateway;
    private readonly Tally tally;
    private readonly Journal journal;
    private readonly Dice dice;
    private readonly ConcurrentQueue<Due> unpaid = new();
    private readonly ConcurrentQueue<Due> undecided = new();
    private readonly ConcurrentBag<string> failures = [];
    private CancellationTokenSource stop = new();
    private Scene scene = null!;
    private Steps steps = null!;
    private Journeys journeys = null!;
    private List<Task> running = [];
    private int waiting;

    public Citizens(HttpClient gateway, Tally tally, Journal journal, int seed)
    {
        (this.gateway, this.tally, this.journal) = (gateway, tally, journal);
        dice = new Dice(seed);
        Front = new FrontEnd(gateway, tally, new Random(seed + 1));
    }

    public FrontEnd Front { get; }

    public Scene Scene => scene;

    public Task<string> HelplineTokenAsync() => scene.Helpline.TokenAsync();

    /// <summary>A citizen, by the code that is sent to their number.</summary>
    public Account SignIn(string mobile) => new(mobile, async () =>
    {
        const string Template = "otp-sign-in";
        var before = await steps.SentAsync(mobile, Template);
        return await testing::EServices.Local.Demo.SignIn.CitizenAsync(gateway, mobile, () => steps.CodeAsync(mobile, Template, before));
    });

    /// <summary>Why a citizen could not go on; the load goes on with the others.</summary>
    public IReadOnlyList<string> Failures => [.. failures];

    /// <summary>Signs everybody in and chooses what is asked for, while nothing is disturbed yet.</summary>
    /// <param name="districts">In how many of them whole journeys are made.</param>
    public async Task PrepareAsync(int districts)
    {
        scene = await Scene.PrepareAsync(Front, gateway, districts, dice);
        steps = new Steps(Front, scene, journal, tally, dice);
        journeys = new Journeys(Front, scene, steps, journal, tally, dice);
    }

    /// <summary>Begins the load, also again after it was stopped.</summary>
    public async Task StartAsync()
    {
        await scene.BeginDayAsync();
        stop.Dispose();
        stop = new CancellationTokenSource();
        // Whoever takes up what others begin ends after them.
        var applying = Task.WhenAll(scene.AtCentres.Select(account => EachAsync(Pace, () => ApplyAsync(account))));
        var paying = Task.WhenAll(scene.AtCentres.Select(_ => EachAsync(TimeSpan.Zero, PayNextAsync, () => applying.IsCompleted && unpaid.IsEmpty)));
        running =
        [
            applying,
            paying,
            EachAsync(TimeSpan.Zero, DecideNextAsync, () => paying.IsCompleted && undecided.IsEmpty),
            .. Enumerable.Range(0, Callers).Select(_ => EachAsync(Pace * 2, CallAsync)),
            .. Enumerable.Range(0, Travellers).Select(_ => EachAsync(Pace, journeys.TakeOneAsync)),
        ];
    }

    /// <summary>Ends the load: nothing is begun any more, and what was begun is brought to its end.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    /// <param name="ended">Whether nothing is left to do once the load is to end; at once where it is not given.</param>
    private async Task EachAsync(TimeSpan pace, Func<Task> act, Func<bool>? ended = null)
    {
        while (!stop.IsCancellationRequested || ended?.Invoke() == false)
        {
            try
            {
                await act();
            }
            catch (Exception failure)
            {
                failures.Add(failure.ToString());
            }
            if (pace > TimeSpan.Zero)
                await PauseAsync(pace * (0.5 + dice.Draw()));
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The load ends.
        }
    }

    private async Task ApplyAsync(Account by)
    {
        if (Volatile.Read(ref waiting) >= MostUnpaid)
            return;
        var id = await steps.HandInAsync(by, "centre", scene.Places[0], dice.Mobile());
        Interlocked.Increment(ref waiting);
        unpaid.Enqueue(new Due(id, by, Stopwatch.StartNew()));
    }

    private async Task PayNextAsync()
    {
        if (!unpaid.TryDequeue(out var due))
        {
            await Task.Delay(Idle);
            return;
        }
        var waits = false;
        try
        {
            if (await steps.BillAsync(due.ApplicationId, due.By) is not { } bill)
            {
                if (due.Waited.Elapsed > FrontEnd.Patience)
                    throw new TimeoutException($"{due.ApplicationId} was submitted {due.Waited.Elapsed.TotalSeconds:F0} s ago and has no bill.");
                waits = true;
                unpaid.Enqueue(due);
                await Task.Delay(Idle);
                return;
            }
            await steps.PayAsync(bill, due.By);
            if (dice.Draw() < Decided && undecided.Count < MostUndecided)
                undecided.Enqueue(due with { Waited = Stopwatch.StartNew() });
        }
        finally
        {
            // One that failed is told of, and waited for no more.
            if (!waits)
                Interlocked.Decrement(ref waiting);
        }
    }

    private async Task DecideNextAsync()
    {
        if (!undecided.TryDequeue(out var due))
        {
            await Task.Delay(Idle);
            return;
        }
        if ((string?)Steps.Done(await Front.GetAsync($"/api/v1/applications/{due.ApplicationId}", due.By), "an application")["state"] is "submitted")
        {
            if (due.Waited.Elapsed > FrontEnd.Patience)
                throw new TimeoutException($"{due.ApplicationId} was paid {due.Waited.Elapsed.TotalSeconds:F0} s ago and its clock does not run.");
            undecided.Enqueue(due);
            await Task.Delay(Idle);
            return;
        }
        await steps.ApproveAsync(due.ApplicationId, scene.Officer);
    }

    /// <summary>Two people of one place call, and both want the first slot at the same moment: one of them gets it, the other has to take the next. Today's are left to those who travel.</summary>
    private async Task CallAsync()
    {
        var place = dice.Draw() < 0.5 ? scene.Places[0] : dice.OneOf(scene.Places);
        var later = $"from={scene.Today.AddDays(1):yyyy-MM-dd}";
        var (one, other) = (await steps.CallAsync(place), await steps.CallAsync(place));
        if (await steps.SlotsAsync(one, later) is not [var wanted, ..])
            return;
        var got = await Task.WhenAll(steps.BookAsync(one, wanted), steps.BookAsync(other, wanted));
        if (got is [not null, not null])
            tally.Wrong($"Slot {wanted} was given to {one.Id} and to {other.Id}.");
        foreach (var call in new[] { one, other }.Where((_, at) => got[at] is null))
        {
            for (var tries = 0; tries < 20 && await steps.SlotsAsync(call, later) is [var next, ..] && await steps.BookAsync(call, next) is null; tries++)
            {
            }
        }
    }

    private sealed record Due(string ApplicationId, Account By, Stopwatch Waited);
}
