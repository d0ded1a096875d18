using System.Text.Json.Nodes;
using EServices.Platform.Packs;
using EServices.Platform.Web;

namespace EServices.Catalogue.Exchange;

/// <summary>What an import found, and what it made.</summary>
/// <param name="Lines">Lines with a service that were checked.</param>
/// <param name="Unchanged">Services that the file says nothing new of.</param>
/// <param name="Added">Ids of services that the catalogue does not have yet.</param>
/// <param name="Changed">Ids of services that the file describes otherwise.</param>
/// <param name="Drafts">Ids of the drafts that wait for review, where this was no dry run.</param>
internal sealed record ImportReport(
    bool DryRun, int Lines, int Unchanged, IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Drafts, IReadOnlyList<ImportError> Errors);

/// <param name="Line">Line of the file, from 1.</param>
/// <param name="ServiceId">The service of that line, where it says one.</param>
/// <param name="Pointer">JSON Pointer within the line, or the column of a table.</param>
internal sealed record ImportError(int Line, string? ServiceId, string Pointer, string Code, string Detail);

/// <summary>
/// Reads a catalogue file whole before anything is kept: with any error nothing is. What is right becomes drafts for review; services that the file leaves out stay as
/// they are. The same file again finds its drafts and makes none.
/// </summary>
internal sealed partial class CatalogueImport(IDraftIntake intake, StatePack pack, ILogger<CatalogueImport> logger)
{
    private const int TellEvery = 1_000;

    /// <param name="told">Hears after each line how many were checked.</param>
    /// <exception cref="OperationCanceledException">Before anything was kept, or between two drafts; the same import goes on where it ended.</exception>
    public async Task<ImportReport> RunAsync(byte[] file, ExchangeFormat format, bool dryRun, Caller caller, Action<int> told, CancellationToken cancellationToken)
    {
        var table = format == ExchangeFormat.Csv ? new CatalogueTable(pack) : null;
        var held = (await intake.HeldAsync(cancellationToken)).ToDictionary(service => (string)service["id"]!, StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var errors = new List<ImportError>();
        var wanted = new List<JsonObject>();
        var (lines, unchanged) = (0, 0);
        foreach (var line in CatalogueFile.Read(file, format, pack))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (lines >= CatalogueFile.MostLines)
            {
                errors.Add(new ImportError(line.Line, null, "", "too-many-lines", $"A file has at most {CatalogueFile.MostLines} services; nothing from here on was looked at."));
                break;
            }
            told(++lines);
            if (lines % TellEvery == 0)
                Checking(lines, errors.Count);
            var id = line.Service?["id"] is JsonValue given && given.TryGetValue<string>(out var text) ? text : null;
            errors.AddRange(line.Errors.Select(error => new ImportError(line.Line, id, error.Pointer, error.Code, error.Detail)));
            if (line.Service is null)
                continue;
            if (id is not null && !seen.TryAdd(id, line.Line))
                errors.Add(new ImportError(line.Line, id, table is null ? "/id" : "id", "duplicate", $"The service \"{id}\" is there twice; first at line {seen[id]}."));
            var (written, wrong) = intake.Read(line.Service);
            // A cell that could not be read is missing in what was read of the line, which need not be told as well.
            var known = line.Errors.Select(error => error.Pointer).ToHashSet(StringComparer.Ordinal);
            errors.AddRange(wrong.Select(error => error with { Pointer = table?.ColumnOf(error.Pointer) ?? error.Pointer }).Where(error => !known.Contains(error.Pointer))
                .Select(error => new ImportError(line.Line, id, error.Pointer, error.Code, error.Detail)));
            if (written is null)
                continue;
            if (held.TryGetValue(id!, out var now) && JsonNode.DeepEquals(now, written))
            {
                unchanged++;
                continue;
            }
            if (await intake.OpenDraftAsync(id!, cancellationToken) is not { } open)
                wanted.Add(written);
            else if (JsonNode.DeepEquals(open, written))
                unchanged++;
            else
                errors.Add(new ImportError(line.Line, id, table is null ? "/id" : "id", "draft-open", "Someone is writing a draft of this service; it has to be launched or given up first."));
        }
        var drafts = new List<string>();
        if (errors.Count == 0 && !dryRun)
        {
            foreach (var service in wanted)
                drafts.Add(await intake.TakeAsync(service, caller, cancellationToken));
        }
        Imported(lines, drafts.Count, errors.Count, dryRun);
        var ids = wanted.Select(service => (string)service["id"]!).ToList();
        return new ImportReport(dryRun, lines, unchanged, [.. ids.Where(id => !held.ContainsKey(id))], [.. ids.Where(held.ContainsKey)], drafts, errors);
    }

    [LoggerMessage(EventName = "CatalogueImportChecking", Level = LogLevel.Information, Message = "{Lines} lines of an import checked, {Errors} errors so far")]
    private partial void Checking(int lines, int errors);

    [LoggerMessage(EventName = "CatalogueImported", Level = LogLevel.Information, Message = "An import of {Lines} lines made {Drafts} drafts; {Errors} errors; dry run: {DryRun}")]
    private partial void Imported(int lines, int drafts, int errors, bool dryRun);
}
