using System.Globalization;
using System.Text;
using System.Text.Json;
using EServices.Faults.Tests.Checks;

namespace EServices.Faults.Tests.Reporting;

/// <summary>How long something that was broken took to work again.</summary>
/// <param name="Fault"><c>killed</c>, <c>half open</c>, <c>reset</c>, <c>refused</c>, <c>disk full</c>.</param>
/// <param name="Until">What was waited for: <c>ready</c>, <c>answers</c>, <c>drained</c>.</param>
/// <param name="Startup">Of a process that was started for it: what the time was made of.</param>
internal sealed record Recovery(string Keeper, string Fault, string Victim, string Until, double Milliseconds, Startup? Startup = null);

/// <param name="Away">How long it was left dead on purpose.</param>
/// <param name="Starting">From its start until it was ready.</param>
/// <param name="Processor">Processor time that it used for that; what is missing from <paramref name="Starting"/> it spent waiting, for a processor or for others.</param>
internal sealed record Startup(TimeSpan Away, TimeSpan Starting, TimeSpan Processor);

/// <summary>What one test tried and found.</summary>
internal sealed record Trial(string Keeper, string Name, string Tried, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Wrong);

/// <summary>
/// What was tried and what was found, over all tests of a run: printed at the end, and written as text and JSON to the folder that
/// <c>ESERVICES_FAULTS_REPORT</c> names, by default one in the temporary folder.
/// </summary>
public sealed class FaultReport : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly List<Recovery> Recoveries = [];
    private static readonly List<Trial> Trials = [];
    private static readonly List<string> Skipped = [];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static void Recovered(Recovery recovery)
    {
        lock (Gate)
        {
            Recoveries.Add(recovery);
            Console.WriteLine(FormattableString.Invariant($"  {recovery.Keeper}: {recovery.Victim} {recovery.Fault}, {recovery.Until} after {recovery.Milliseconds / 1000:F1} s"));
        }
    }

    internal static void Tried(Trial trial)
    {
        lock (Gate)
            Trials.Add(trial);
    }

    /// <summary>Prints why something was not tried, and returns the sentence.</summary>
    internal static string NotTried(string what, string why)
    {
        var sentence = $"{what}: not tried, {why}.";
        lock (Gate)
            Skipped.Add(sentence);
        Console.WriteLine(sentence);
        return sentence;
    }

    public void Dispose()
    {
        lock (Gate)
        {
            var text = Text();
            Console.WriteLine(text);
            var folder = Environment.GetEnvironmentVariable("ESERVICES_FAULTS_REPORT") is { Length: > 0 } given ? given : Path.Combine(Path.GetTempPath(), "eservices-faults");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "report.txt"), text);
            File.WriteAllText(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(new { Trials, Recoveries = Summaries(), Skipped }, Json));
            Console.WriteLine($"Written to {folder}/report.txt and report.json");
        }
    }

    private static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine("WHAT WAS TRIED");
        foreach (var trial in Trials)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {trial.Keeper,-7} {trial.Name}: {trial.Tried}");
            foreach (var finding in trial.Findings)
                text.AppendLine(CultureInfo.InvariantCulture, $"            {(finding.Violations.Count == 0 ? "holds " : "BROKEN")} {finding.Looked,6}  {finding.Invariant}{string.Concat(finding.Violations.Select(violation => $"\n                            {violation}"))}");
            foreach (var wrong in trial.Wrong)
                text.AppendLine(CultureInfo.InvariantCulture, $"            WRONG  {wrong}");
        }
        foreach (var skipped in Skipped)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {skipped}");
        if (Recoveries.Count > 0)
        {
            text.AppendLine().AppendLine("RECOVERY").AppendLine("  keeper  fault      victim                  until     times    p50 ms    max ms");
            foreach (var row in Summaries())
                text.AppendLine(CultureInfo.InvariantCulture, $"  {row.Keeper,-7} {row.Fault,-10} {row.Victim,-23} {row.Until,-8} {row.Times,6} {row.P50Ms,9:F0} {row.MaxMs,9:F0}{(row.StartMs is { } start ? $"  = {row.AwayMs:F0} left dead + {start:F0} starting ({row.ProcessorMs:F0} of processor)" : "")}");
        }
        return text.ToString();
    }

    private static List<Summary> Summaries() =>
    [
        .. Recoveries.GroupBy(recovery => (recovery.Keeper, recovery.Fault, recovery.Victim, recovery.Until)).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => (group.Key, Sorted: group.Select(recovery => recovery.Milliseconds).Order().ToList(), Startups: group.Select(recovery => recovery.Startup).OfType<Startup>().ToList()))
            .Select(group => new Summary(group.Key.Keeper, group.Key.Fault, group.Key.Victim, group.Key.Until, group.Sorted.Count, Median(group.Sorted), Math.Round(group.Sorted[^1]))
            {
                AwayMs = Median(group.Startups, startup => startup.Away),
                StartMs = Median(group.Startups, startup => startup.Starting),
                ProcessorMs = Median(group.Startups, startup => startup.Processor),
            }),
    ];

    private static double Median(List<double> sorted) => Math.Round(sorted[sorted.Count / 2]);

    private static double? Median(List<Startup> startups, Func<Startup, TimeSpan> part) =>
        startups.Count == 0 ? null : Median([.. startups.Select(startup => part(startup).TotalMilliseconds).Order()]);

    /// <param name="P50Ms">Medians, each of its own; the parts of a start do not add up exactly.</param>
    private sealed record Summary(string Keeper, string Fault, string Victim, string Until, int Times, double P50Ms, double MaxMs)
    {
        public double? AwayMs { get; init; }

        public double? StartMs { get; init; }

        public double? ProcessorMs { get; init; }
    }
}
