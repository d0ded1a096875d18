using System.Globalization;

namespace EServices.Benchmarks.Search;

/// <summary>What the search benchmark was asked for.</summary>
internal sealed record SearchArguments
{
    public const string Help = """
        usage: search [options]
          --queries FILE.tsv   query<TAB>service id[,service id...] a line (the labelled queries of tests/Catalogue/Search)
          --peer lucene        measure Lucene.NET 4.8 in the same run: English, Hindi and Arabic analysers, fuzzy and prefix
          --many N             also with N services made from the pack's (100000); 0 leaves it out
          --rounds R           how often every contender answers every query when it is timed (3)
          --seed K             of what is made: services, slips, the order of the queries (1)
          --clock C            wall (the default) or cpu: processor time, of a query's thread and of the whole process while it builds
          --misses             print the queries whose hits are not all right, with what was found; of queries-dev.tsv only, unless --queries names a file
          --json               one JSON object a line
        """;

    public string? Queries { get; init; }

    public bool Peer { get; init; }

    public int Many { get; init; }

    public int Rounds { get; init; }

    public int Seed { get; init; }

    public bool ProcessorTime { get; init; }

    public bool Misses { get; init; }

    public bool Json { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">Something is not understood; the message says what.</exception>
    public static SearchArguments Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--json" or "--misses")
                given[args[i]] = "";
            else if (args[i] is "--queries" or "--peer" or "--many" or "--rounds" or "--seed" or "--clock")
                given[args[i]] = i + 1 < args.Length ? args[++i] : throw new FormatException($"{args[i]} needs a value");
            else
                throw new FormatException($"{args[i]} is no option of this benchmark");
        }
        return new SearchArguments
        {
            Queries = given.GetValueOrDefault("--queries"),
            Peer = Choice("--peer", null, "lucene") is not null,
            Many = Number("--many", 0, 100_000),
            Rounds = Number("--rounds", 1, 3),
            Seed = Number("--seed", 0, 1),
            ProcessorTime = Choice("--clock", "wall", "wall", "cpu") == "cpu",
            Misses = given.ContainsKey("--misses"),
            Json = given.ContainsKey("--json"),
        };

        string? Choice(string option, string? otherwise, params ReadOnlySpan<string> choices)
        {
            if (!given.TryGetValue(option, out var value))
                return otherwise;
            return choices.Contains(value) ? value : throw new FormatException($"{option} is {string.Join(" or ", choices.ToArray())}, not {value}");
        }

        int Number(string option, int least, int otherwise) => !given.TryGetValue(option, out var value) ? otherwise
            : int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= least && number <= 10_000_000 ? number
            : throw new FormatException($"{option} is a whole number from {least} on, not {value}");
    }
}
