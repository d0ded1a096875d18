using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Platform;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Exchange;

internal enum ExchangeFormat
{
    /// <summary>A JSON object a line (JSON Lines, https://jsonlines.org).</summary>
    Jsonl,

    /// <summary>A table with a header line.</summary>
    Csv,
}

/// <summary>A line of a file: the service that it holds, or what is wrong with it as a line.</summary>
/// <param name="Line">Counts from 1.</param>
/// <param name="Errors">By JSON Pointer, or by column for a table.</param>
internal sealed record FileLine(int Line, JsonObject? Service, IReadOnlyList<FieldError> Errors);

/// <summary>The catalogue as a file. Services are in the shape in which packs have them; what was written is read again as the same.</summary>
internal static class CatalogueFile
{
    public const int MostLines = 20_000;

    /// <summary>Characters of the longest line.</summary>
    public const int LongestLine = 512 * 1024;

    public static readonly JsonDocumentOptions Strict = new() { MaxDepth = 48, AllowDuplicateProperties = false };

    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding Exact = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string MediaTypeOf(ExchangeFormat format) => format == ExchangeFormat.Csv ? "text/csv" : "application/jsonl";

    /// <summary>One line after the other, header first where there is one.</summary>
    public static IEnumerable<string> Write(IEnumerable<JsonObject> services, ExchangeFormat format, StatePack pack)
    {
        if (format == ExchangeFormat.Jsonl)
        {
            foreach (var service in services)
                yield return service.ToJsonString(Readable) + "\n";
            yield break;
        }
        var table = new CatalogueTable(pack);
        yield return CsvText.Line(table.Header);
        foreach (var service in services)
            yield return CsvText.Line(table.Row(service));
    }

    /// <summary>Every line with what is wrong with it; one line alone, where the file can't be read as a whole.</summary>
    public static IEnumerable<FileLine> Read(byte[] file, ExchangeFormat format, StatePack pack)
    {
        string text;
        try
        {
            text = Exact.GetString(file).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException wrong)
        {
            return [new FileLine(file.AsSpan(0, Math.Clamp(wrong.Index, 0, file.Length)).Count((byte)'\n') + 1, null, [new FieldError("", "utf-8", "The file is not UTF-8 from here on.")])];
        }
        return (format == ExchangeFormat.Csv ? Rows(text, new CatalogueTable(pack)) : Objects(text)).Select(Whole);
    }

    private static IEnumerable<FileLine> Objects(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return line.Length > LongestLine ? TooLong(number) : Object(line, number);
        }
    }

    private static FileLine Object(string line, int number)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: Strict) is JsonObject service
                ? new FileLine(number, service, [])
                : new FileLine(number, null, [new FieldError("", "type", "A line holds one JSON object.")]);
        }
        catch (JsonException wrong)
        {
            return new FileLine(number, null, [new FieldError("", "json", $"This is not JSON, or has a name twice: position {(wrong.BytePositionInLine ?? 0) + 1}.")]);
        }
        catch (InvalidOperationException)
        {
            return new FileLine(number, null, [HalfCharacter("")]);
        }
    }

    private static IEnumerable<FileLine> Rows(string text, CatalogueTable table)
    {
        IReadOnlyList<string>? names = null;
        foreach (var line in CsvText.Lines(text))
        {
            var errors = new List<FieldError>();
            if (line.Open)
                errors.Add(new FieldError("", "quote", "A quotation mark is opened here and never closed."));
            if (names is null)
            {
                names = table.Headed(line.Cells, errors);
                if (errors.Count > 0)
                {
                    // Without a header nothing that follows could be told from anything else.
                    yield return new FileLine(line.Line, null, errors);
                    yield break;
                }
                continue;
            }
            if (line.Cells.Sum(cell => cell.Length) > LongestLine)
                yield return TooLong(line.Line);
            else if (line.Cells.Count != names.Count)
                yield return new FileLine(line.Line, null, [.. errors, new FieldError("", "cells", $"The line has {line.Cells.Count} cells; the header has {names.Count}.")]);
            else
                yield return new FileLine(line.Line, table.Read(names, line.Cells, errors), errors);
        }
        if (names is null)
            yield return new FileLine(1, null, [new FieldError("", "empty", "The file is empty; its first line names the columns.")]);
    }

    private static FileLine TooLong(int number) => new(number, null, [new FieldError("", "too-long", $"A line has at most {LongestLine} characters.")]);

    /// <summary>Texts that no service may have, whatever its format: half characters, control characters, and marks that turn the direction of what follows them.</summary>
    private static FileLine Whole(FileLine line)
    {
        if (line.Service is null)
            return line;
        var errors = new List<FieldError>();
        try
        {
            Check(line.Service, "", errors);
        }
        catch (InvalidOperationException)
        {
            errors.Add(HalfCharacter(""));
        }
        return errors.Count == 0 ? line : line with { Service = errors.Exists(error => error.Code == "unicode") ? null : line.Service, Errors = [.. line.Errors, .. errors] };
    }

    private static void Check(JsonNode? node, string pointer, List<FieldError> errors)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    Check(name, $"{pointer}/{Escape(name)}", errors);
                    Check(value, $"{pointer}/{Escape(name)}", errors);
                }
                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                    Check(items[index], $"{pointer}/{index}", errors);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                try
                {
                    Check(value.GetValue<string>(), pointer, errors);
                }
                catch (InvalidOperationException)
                {
                    errors.Add(HalfCharacter(pointer));
                }
                break;
        }
    }

    private static void Check(string text, string pointer, List<FieldError> errors)
    {
        if (text.Any(letter => letter is < ' ' and not ('\n' or '\t') or '\u007F'))
            errors.Add(new FieldError(pointer, "control-character", "The text has a control character."));
        if (text.Any(letter => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')))
            errors.Add(new FieldError(pointer, "direction", "The text has a mark that turns the writing direction; each language has its own."));
    }

    private static FieldError HalfCharacter(string pointer) => new(pointer, "unicode", "The text has half a character.");

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
