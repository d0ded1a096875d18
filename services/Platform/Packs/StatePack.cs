using System.Diagnostics.CodeAnalysis;
using EServices.Platform.Packs.Reading;

namespace EServices.Platform.Packs;

/// <summary>
/// A state as data: everything that makes the platform this state's and no other's. Read once at start, never changed.
/// The folder's format is described in <c>deploy/packs/README.md</c>.
/// </summary>
public sealed class StatePack
{
    public required string Folder { get; init; }

    public required PackAbout About { get; init; }

    public required Geography Geography { get; init; }

    /// <summary>Where figures come from; services, fees and calendars name a source by id.</summary>
    public required PackList<Source> Sources { get; init; }

    public required PackList<Department> Departments { get; init; }

    public required PackList<Designation> Designations { get; init; }

    public required PackList<DocumentType> Documents { get; init; }

    public required PackList<Form> Forms { get; init; }

    public required FeeBook Fees { get; init; }

    public required PackList<ServiceDefinition> Services { get; init; }

    public required HolidayCalendar Calendar { get; init; }

    public required PackList<Operator> Operators { get; init; }

    public required PackList<StaffAccount> Staff { get; init; }

    public required MessageBook Messages { get; init; }

    public PackGuide Guide { get; init; } = PackGuide.None;

    public WordingBook Wording { get; init; } = WordingBook.English;

    /// <summary>What people call one thing, for the search.</summary>
    public IReadOnlyList<SameMeaning> Synonyms { get; init; } = [];

    /// <summary>Reads and checks a pack. Every error is told at once; with any error nothing is loaded.</summary>
    public static PackResult Load(string folder) => PackReader.Read(folder);

    /// <summary>
    /// A service written outside the pack, in the shape of the pack's own with <c>department</c> and <c>family</c>, read by the same rules. Instead of <c>form</c>
    /// it may have a <c>formSchema</c>, instead of <c>feeRule</c> a <c>fee</c> (<c>source</c> and <c>lines</c>). Every error is told at once.
    /// </summary>
    /// <param name="feeVersion">Version that an own fee gets.</param>
    /// <param name="feeFrom">First day of an own fee.</param>
    public WrittenResult Read(System.Text.Json.JsonElement written, int feeVersion, DateOnly feeFrom) => DefinitionReader.Read(this, written, feeVersion, feeFrom);
}

/// <summary>Either the pack or everything that is wrong with it.</summary>
public sealed record PackResult(StatePack? Pack, IReadOnlyList<PackError> Errors)
{
    [MemberNotNullWhen(true, nameof(Pack))]
    public bool Ok => Pack is not null;

    /// <summary>The pack, or a <see cref="PackException"/> that lists every error.</summary>
    public StatePack OrThrow() => Pack ?? throw new PackException(Errors);
}

/// <param name="File">Path within the pack, with forward slashes.</param>
/// <param name="Line">One-based line; 0 where the whole file is meant (it is missing, say).</param>
/// <param name="Place">JSON Pointer of the place in a JSON file, a column in a CSV file, else empty.</param>
/// <param name="Message">What is wrong, as a sentence.</param>
public sealed record PackError(string File, int Line, string Place, string Message)
{
    public override string ToString() =>
        $"{File}{(Line > 0 ? $":{Line}" : "")}{(Place.Length > 0 ? $" {Place}" : "")}: {Message}";
}

/// <summary>Start-up stops with this: a service never runs on half a pack.</summary>
public sealed class PackException(IReadOnlyList<PackError> errors)
    : Exception($"The state pack has {errors.Count} error{(errors.Count == 1 ? "" : "s")}:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", errors)}")
{
    public IReadOnlyList<PackError> Errors { get; } = errors;
}
