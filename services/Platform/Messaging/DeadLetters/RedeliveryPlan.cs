namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// How often and when a failed delivery is tried again. The first waits are short: an event that overtook the one it builds on is handled a moment later.
/// </summary>
internal sealed record RedeliveryPlan
{
    /// <summary>The wait before each try of its own, about two minutes in all.</summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } =
        [.. new[] { 50, 200, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    /// <summary>Tries that an operator's retry gives: the answer is wanted soon, and can be asked for again.</summary>
    public int TriesOfARetry { get; init; } = 1;

    /// <summary>Longest time one attempt may take.</summary>
    public TimeSpan AttemptDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an attempt of which nothing more is heard keeps the letter from another; longer than the deadline.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Letters tried at the same time: poison must not take the machine from what goes well.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>With this many waiting, a failing delivery holds its place in the queue for a while instead of becoming one more.</summary>
    public int MostWaiting { get; init; } = 10_000;

    /// <summary>How long a failing delivery holds its place while the store is away or too many wait; then it goes to the error queue, or into the store.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what is handled or discarded can still be looked at.</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The wait before the next try, when this many are left.</summary>
    public TimeSpan WaitBefore(int triesLeft) => Waits.Count == 0 ? TimeSpan.Zero : Waits[Math.Clamp(Waits.Count - triesLeft, 0, Waits.Count - 1)];
}
