using System.Diagnostics;
using RabbitMQ.Client;

namespace EServices.Benchmarks.Outbox;

/// <param name="PerSecond">Events.</param>
/// <param name="CpuMicroseconds">What this process spends on one.</param>
internal sealed record Rate(double PerSecond, double CpuMicroseconds);

/// <summary>The processor time of this process since a moment, all threads.</summary>
internal sealed class Costs
{
    private readonly TimeSpan before = Now();
    private readonly long began = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(began);

    public static Costs Begin() => new();

    public double MicrosecondsOf(double events) => (Now() - before).TotalMicroseconds / events;

    private static TimeSpan Now()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}

/// <param name="Connection">Of the peers and of whoever looks into queues.</param>
internal sealed record Broker(Uri Address, IConnection Connection);
