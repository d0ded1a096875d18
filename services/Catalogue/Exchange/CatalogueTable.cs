using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Platform;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Exchange;

/// <summary>
/// The catalogue as a table, one row a service. Columns are named by where their value stands (<c>name.hi</c>, <c>officers.designated</c>); lists are separated by
/// semicolons; papers are written <c>proof-of-identity*=aadhaar-card|voter-card;land-record</c>, the star for those that must be handed in, alternatives behind the
/// equals sign; a form or fee of the service's own is JSON within its cell. An empty cell says nothing.
/// </summary>
internal sealed class CatalogueTable
{
    private readonly IReadOnlyList<Column> columns;

    public CatalogueTable(StatePack pack)
    {
        var languages = pack.About.Languages.Select(language => language.Tag).ToList();
        columns =
        [
            new("id"), new("department"), new("family"), new("batch"), .. In("name"), .. In("description"), .. In("whoMayApply"),
            new("tags", Kind.List), new("channels", Kind.List), new("documents", Kind.Papers), new("form"), new("feeRule"), new("timeLimitDays", Kind.Number),
            new("officers.designated"), new("officers.firstAppellate"), new("officers.secondAppellate"), new("validityMonths", Kind.Number), new("output.kind"), .. In("output.name"),
            new("doorstep.minutes", Kind.Number), new("doorstep.skills", Kind.List), new("sources.timeLimit"), new("sources.officers"), new("sources.documents"), new("wordsMadeBy"),
            new("eligibility"), new("formSchema", Kind.Json), new("fee", Kind.Json),
        ];

        IEnumerable<Column> In(string property) => languages.Select(language => new Column($"{property}.{language}"));
    }

    private enum Kind
    {
        Text,
        Number,
        List,
        Papers,
        Json,
    }

    public IEnumerable<string> Header => columns.Select(column => column.Name);

    public IEnumerable<string> Row(JsonObject service) => columns.Select(column => SpreadsheetCell.Guard(Cell(column, At(service, column.Path))));

    /// <summary>Which column each cell of a file is of, by its header; null with the errors where the header is not one of this table.</summary>
    public IReadOnlyList<string>? Headed(IReadOnlyList<string> header, List<FieldError> errors)
    {
        var names = header.Select(name => name.Trim().TrimStart('\uFEFF')).ToList();
        var known = Header.ToHashSet(StringComparer.Ordinal);
        errors.AddRange(names.Where(name => !known.Contains(name)).Select(name => new FieldError(name, "column", $"There is no column \"{name}\".")));
        errors.AddRange(names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => new FieldError(same.Key, "column", $"The column \"{same.Key}\" is there twice.")));
        if (!names.Contains("id"))
            errors.Add(new FieldError("id", "column", "The column \"id\" is missing."));
        return errors.Count == 0 ? names : null;
    }

    /// <summary>A row as a service is written; what can't be read is told by column.</summary>
    public JsonObject Read(IReadOnlyList<string> names, IReadOnlyList<string> cells, List<FieldError> errors)
    {
        var service = new JsonObject();
        foreach (var column in columns)
        {
            var index = -1;
            for (var at = 0; at < names.Count; at++)
                index = names[at] == column.Name ? at : index;
            if (index < 0)
                continue;
            var cell = SpreadsheetCell.Unguard(cells[index]);
            var text = column.Kind == Kind.Text ? cell : cell.Trim();
            if (Value(column, text, service, errors) is { } value)
                Put(service, column.Path, value);
        }
        return service;
    }

    /// <summary>The column in which a JSON Pointer's value stands; the pointer itself where there is none.</summary>
    public string ColumnOf(string pointer)
    {
        var path = pointer.TrimStart('/').Replace('/', '.');
        return columns.FirstOrDefault(column => column.Name == path)?.Name
            ?? columns.FirstOrDefault(column => path.StartsWith(column.Name + ".", StringComparison.Ordinal) || column.Name.StartsWith(path + ".", StringComparison.Ordinal))?.Name
            ?? pointer;
    }

    private static string Cell(Column column, JsonNode? value) => (column.Kind, value) switch
    {
        (_, null) => "",
        (Kind.Json, _) => value.ToJsonString(CatalogueFile.Readable),
        (Kind.List, JsonArray list) => string.Join(';', list.Select(item => Escape((string?)item ?? ""))),
        (Kind.Papers, JsonArray papers) => string.Join(';', papers.Select(paper => PaperOf(paper!.AsObject()))),
        _ => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
    };

    private static JsonNode? Value(Column column, string text, JsonObject service, List<FieldError> errors)
    {
        switch (column.Kind)
        {
            case Kind.List:
                // Which skills a visit needs is only asked where there are visits.
                return text.Length == 0 && column.Path.Length > 1 && !service.ContainsKey(column.Path[0]) ? null : new JsonArray([.. Split(text).Select(item => (JsonNode?)item)]);
            case Kind.Papers:
                return Papers(text, column, errors);
        }
        if (text.Length == 0)
            return null;
        switch (column.Kind)
        {
            case Kind.Number when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            case Kind.Number:
                errors.Add(new FieldError(column.Name, "number", $"\"{text}\" is not a whole number."));
                return null;
            case Kind.Json:
                return Json(text, column, errors);
            default:
                return text;
        }
    }

    private static JsonNode? Json(string text, Column column, List<FieldError> errors)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: CatalogueFile.Strict);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            errors.Add(new FieldError(column.Name, "json", $"This is not JSON: {wrong.Message}"));
            return null;
        }
    }

    private static string PaperOf(JsonObject paper)
    {
        var alternatives = paper["alternatives"] is JsonArray { Count: > 0 } list ? $"={string.Join('|', list.Select(item => (string?)item))}" : "";
        return $"{(string?)paper["document"]}{((bool?)paper["mandatory"] == true ? "*" : "")}{alternatives}";
    }

    private static JsonArray Papers(string text, Column column, List<FieldError> errors)
    {
        var papers = new JsonArray();
        foreach (var written in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = written.Split('=');
            var mandatory = parts[0].EndsWith('*');
            var paper = new JsonObject { ["document"] = parts[0].TrimEnd('*').Trim(), ["mandatory"] = mandatory };
            if (parts.Length > 2)
                errors.Add(new FieldError(column.Name, "papers", $"\"{written}\" has two equals signs; write papers as proof-of-identity*=aadhaar-card|voter-card."));
            if (parts.Length > 1)
                paper["alternatives"] = new JsonArray([.. parts[1].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => (JsonNode?)item)]);
            papers.Add((JsonNode)paper);
        }
        return papers;
    }

    private static string Escape(string item) => item.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal);

    private static IEnumerable<string> Split(string text)
    {
        var item = new StringBuilder();
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '\\' && at + 1 < text.Length)
                item.Append(text[++at]);
            else if (at < text.Length && text[at] != ';')
                item.Append(text[at]);
            else if (item.ToString().Trim() is { Length: > 0 } whole)
            {
                yield return whole;
                item.Clear();
            }
            else
                item.Clear();
        }
    }

    private static JsonNode? At(JsonObject service, string[] path)
    {
        JsonNode? at = service;
        foreach (var name in path)
            at = (at as JsonObject)?[name];
        return at;
    }

    private static void Put(JsonObject service, string[] path, JsonNode value)
    {
        var at = service;
        foreach (var name in path[..^1])
        {
            if (at[name] is not JsonObject inner)
                at[name] = inner = [];
            at = inner;
        }
        at[path[^1]] = value;
    }

    private sealed record Column(string Name, Kind Kind = Kind.Text)
    {
        public string[] Path { get; } = Name.Split('.');
    }
}
