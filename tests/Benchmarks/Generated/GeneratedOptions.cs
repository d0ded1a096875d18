using System.Globalization;
using EServices.Benchmarks.Dispatch;

namespace EServices.Benchmarks.Generated;

internal sealed record GeneratedOptions
{
    public const string Usage = """
        usage: dispatch --generate [--visits N[,N…]] [--seed K[,K…]] [--seconds S] [--iterations N] [--threads N] [--clock wall|cpu] [--peer ortools] [--svg OUT] [--pack jk] [--json]
               dispatch --online   [--visits N] [--seed K] [--seconds S] [--clock wall|cpu] [--pack jk] [--json]
        """;

    public bool Online { get; private set; }

    public IReadOnlyList<int> Visits { get; private set; } = [];

    public IReadOnlyList<int> Seeds { get; private set; } = [1];

    public TimeSpan Time { get; private set; } = TimeSpan.FromSeconds(5);

    public int Threads { get; private set; } = 1;

    /// <summary>Instead of a time for ours, where the same plan is wanted again.</summary>
    public long? Iterations { get; private set; }

    /// <summary>Whether the time is counted by the searching thread's processor time, for ours and the peer alike: what is fair on a machine that does other things too.</summary>
    public bool ProcessorClock { get; private set; }

    public bool Peer { get; private set; }

    public string? Svg { get; private set; }

    public string Pack { get; private set; } = "jk";

    public bool Json { get; private set; }

    /// <summary>A clock that begins now, on the calling thread; null for the wall's.</summary>
    public Func<TimeSpan>? Clock() => ProcessorClock ? Measures.ThreadClock() : null;

    public static GeneratedOptions? Read(string[] args, out string? fault)
    {
        var options = new GeneratedOptions();
        fault = null;
        for (var at = 0; at < args.Length && fault is null; at++)
        {
            switch (args[at])
            {
                case "--generate":
                    break;
                case "--online":
                    options.Online = true;
                    break;
                case "--json":
                    options.Json = true;
                    break;
                default:
                    fault = at + 1 < args.Length ? options.Take(args[at], args[++at]) : $"{args[at]} is no option, or lacks its value.";
                    break;
            }
        }
        if (options.Online && !args.Contains("--seconds"))
            options.Time = TimeSpan.FromSeconds(10);
        if (options.Visits.Count == 0)
            options.Visits = options.Online ? [2000] : [50, 200, 500, 1000, 2000];
        if (fault is null && options is { ProcessorClock: true, Threads: > 1 })
            fault = "--clock cpu counts one thread.";
        return fault is null ? options : null;
    }

    private string? Take(string option, string value)
    {
        switch (option)
        {
            case "--visits" when Numbers(value, 1) is { } visits:
                Visits = visits;
                return null;
            case "--seed" when Numbers(value, 0) is { } seeds:
                Seeds = seeds;
                return null;
            case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400:
                Time = TimeSpan.FromSeconds(seconds);
                return null;
            case "--threads" when Numbers(value, 1) is [var threads]:
                Threads = threads;
                return null;
            case "--iterations" when Numbers(value, 0) is [var iterations]:
                Iterations = iterations;
                return null;
            case "--clock" when value is "wall" or "cpu":
                ProcessorClock = value == "cpu";
                return null;
            case "--peer" when value == "ortools":
                Peer = true;
                return null;
            case "--svg":
                Svg = value;
                return null;
            case "--pack":
                Pack = value;
                return null;
            default:
                return $"{option} {value} is no option or value.";
        }
    }

    private static List<int>? Numbers(string value, int least)
    {
        List<int> numbers = [];
        foreach (var part in value.Split(','))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out var number) || number < least)
                return null;
            numbers.Add(number);
        }
        return numbers;
    }
}
