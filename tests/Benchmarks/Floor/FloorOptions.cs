using System.Globalization;

namespace EServices.Benchmarks.Floor;

/// <summary>What the benchmarks of the shared floor can be told.</summary>
internal sealed record FloorOptions
{
    /// <summary>One JSON object a line instead of a table.</summary>
    public bool Json { get; private init; }

    /// <summary>How long one contender is measured in one round.</summary>
    public TimeSpan Each { get; private init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often every contender has its turn; the medians are told.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>A MongoDB server, without a database.</summary>
    public string? Mongo { get; private init; }

    /// <summary>A RabbitMQ that runs already.</summary>
    public string? RabbitMq { get; private init; }

    /// <summary>Also measure at <see cref="Documents"/> documents.</summary>
    public bool Million { get; private init; }

    public int Documents { get; private init; } = 1_000_000;

    /// <summary>On which disk the stores are written; each run makes and removes a folder of its own there.</summary>
    public string Folder { get; private init; } = Path.GetTempPath();

    /// <summary>Null, with the reason and the usage told, where the arguments are not understood or only help is asked for.</summary>
    public static FloorOptions? Read(string[] args, string usage)
    {
        var options = new FloorOptions();
        var rest = new Queue<string>(args);
        try
        {
            while (rest.TryDequeue(out var name))
            {
                options = name switch
                {
                    "--json" => options with { Json = true },
                    "--million" => options with { Million = true },
                    "--seconds" => options with { Each = TimeSpan.FromSeconds(Positive(Value(name))) },
                    "--rounds" => options with { Rounds = (int)Positive(Value(name)) },
                    "--documents" => options with { Million = true, Documents = (int)Positive(Value(name)) },
                    "--mongo" => options with { Mongo = Value(name) },
                    "--rabbitmq" => options with { RabbitMq = Value(name) },
                    "--folder" => options with { Folder = Value(name) },
                    "--help" => throw new FormatException(""),
                    _ => throw new FormatException($"'{name}' is no option."),
                };
            }
            return options;
        }
        catch (FormatException misread)
        {
            Console.Error.WriteLine($"{misread.Message}\n{usage}".TrimStart());
            return null;
        }

        string Value(string name) => rest.TryDequeue(out var value) ? value : throw new FormatException($"{name} needs a value.");
    }

    private static double Positive(string text) => double.Parse(text, CultureInfo.InvariantCulture) is > 0 and var number ? number : throw new FormatException($"'{text}' is not above zero.");
}
