using System.Diagnostics;

namespace EServices.Testing;

/// <summary>Waits for a condition of something that runs by itself, with a deadline that tells what was seen.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static Task HoldsAsync(Func<bool> condition, Func<string> state, TimeSpan? deadline = null) =>
        HoldsAsync(() => Task.FromResult(condition()), state, deadline);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> state, TimeSpan? deadline = null)
    {
        var waited = Stopwatch.StartNew();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (waited.Elapsed > (deadline ?? Deadline))
                throw new TimeoutException($"After {waited.Elapsed.TotalSeconds:F0} s: {state()}");
            await poll.WaitForNextTickAsync();
        }
    }
}
