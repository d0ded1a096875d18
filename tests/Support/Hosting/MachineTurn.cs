namespace EServices.Testing;

/// <summary>
/// Test projects run beside each other, and each whole platform of eight processes wants the machine: one stands at a time, the next waits for its turn.
/// The turn ends with the process that has it, however that ends.
/// </summary>
public sealed class MachineTurn : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly FileStream held;

    private MachineTurn(FileStream held) => this.held = held;

    /// <exception cref="TimeoutException">The others did not come to an end.</exception>
    public static async Task<MachineTurn> TakeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "eservices-whole-platform.lock");
        var until = DateTime.UtcNow + Longest;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do
        {
            try
            {
                return new MachineTurn(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another test process has it.
            }
        }
        while (DateTime.UtcNow < until && await timer.WaitForNextTickAsync());
        throw new TimeoutException($"Another whole platform has run for {Longest.TotalMinutes} minutes; its tests hold {path}.");
    }

    public void Dispose() => held.Dispose();
}
