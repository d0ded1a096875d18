using System.Text.Json;
using System.Text.RegularExpressions;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Forms;

/// <summary>
/// How one field is drawn. What a schema says of the value decides: its type, its choices, what its pattern lets pass. A pack can say otherwise with <c>x-widget</c>,
/// <c>x-autocomplete</c> and <c>x-placeholder</c>.
/// </summary>
internal sealed class FieldDrawing(JsonElement root, PackLanguage language)
{
    private const int MostInSight = 5;
    private const int LongLine = 200;

    /// <summary>In a pointer: any entry of a list.</summary>
    private const string Entry = "-";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Only what is always the applicant's own: a browser must not fill in another person's name.</summary>
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["/applicantName"] = "name", ["/dateOfBirth"] = "bday", ["/gender"] = "sex", ["/mobile"] = "tel", ["/email"] = "email",
        ["/address/line"] = "street-address", ["/address/pincode"] = "postal-code",
    };

    private readonly string script = ScriptOf(language);

    public string Language => language.Tag;

    public FormField Of(string pointer, JsonElement schema)
    {
        var asked = new AskedField(schema, root);
        var widget = asked.Text("x-widget") ?? WidgetOf(asked);
        var typed = widget is Widgets.Text or Widgets.LongText or Widgets.Number or Widgets.Date or Widgets.Email or Widgets.Phone or Widgets.Digits;
        var words = widget is Widgets.Text or Widgets.LongText && !IsCode(asked.Text("pattern"));
        var name = pointer[(pointer.LastIndexOf('/') + 1)..];
        var place = name switch { "districtCode" => "/api/v1/geography/districts", "tehsilCode" => "/api/v1/geography/districts/{district}/tehsils", _ => null };
        return new FormField(pointer, place is null ? widget : Widgets.Select, asked.Words("x-title", language.Tag) ?? asked.Text("title") ?? name)
        {
            Help = asked.Words("x-help", language.Tag) ?? asked.Text("description"),
            Placeholder = asked.Words("x-placeholder", language.Tag) ?? widget switch { Widgets.Date => "YYYY-MM-DD", Widgets.Phone => "9XXXXXXXXX", _ => null },
            Choices = ChoicesOf(widget == Widgets.Choices && asked.Get("items") is { } items ? new AskedField(items, root) : asked),
            ChoicesFrom = place,
            Keyboard = place is not null ? null : widget switch
            {
                Widgets.Phone => "tel", Widgets.Digits => "numeric", Widgets.Email => "email", Widgets.Number => asked.Is("integer") ? "numeric" : "decimal", Widgets.Text or Widgets.LongText => "text", _ => null,
            },
            Script = !typed || place is not null ? null : words ? script : "Latn",
            Direction = !typed || place is not null ? null : words ? language.Direction : "ltr",
            Autocomplete = asked.Text("x-autocomplete") ?? (typed || widget is Widgets.Choice or Widgets.Select ? Own.GetValueOrDefault(pointer, "off") : null),
            MinLength = asked.Count("minLength"),
            MaxLength = asked.Count("maxLength"),
            Pattern = asked.Text("pattern"),
            Minimum = asked.Get("minimum") ?? asked.Get("exclusiveMinimum"),
            Maximum = asked.Get("maximum") ?? asked.Get("exclusiveMaximum"),
            MinItems = asked.Count("minItems"),
            MaxItems = asked.Count("maxItems"),
            Fields = Inner(pointer, asked, widget),
        };
    }

    private static string WidgetOf(AskedField asked)
    {
        if (asked.Get("enum") is { ValueKind: JsonValueKind.Array } list)
            return list.GetArrayLength() <= MostInSight ? Widgets.Choice : Widgets.Select;
        if (asked.Is("array"))
            return asked.Get("items") is { ValueKind: JsonValueKind.Object } items && items.TryGetProperty("enum", out _) ? Widgets.Choices : Widgets.List;
        if (asked.Is("object"))
            return asked.Has("line", "districtCode", "pincode") ? Widgets.Address : asked.Has("account", "ifsc") ? Widgets.BankAccount : Widgets.Group;
        if (asked.Is("boolean"))
            return asked.Get("const") is { ValueKind: JsonValueKind.True } ? Widgets.Declaration : Widgets.YesNo;
        if (asked.Is("integer") || asked.Is("number"))
            return Widgets.Number;
        if (asked.Get("contentMediaType") is not null)
            return Widgets.File;
        return asked.Text("format") switch
        {
            "date" => Widgets.Date,
            "email" => Widgets.Email,
            _ when asked.Text("pattern") is { } pattern && Takes(pattern, "9419000001") && !Takes(pattern, "1419000001") => Widgets.Phone,
            _ when asked.Text("pattern") is { } pattern && IsOfDigits(pattern) => Widgets.Digits,
            _ => asked.Count("maxLength") > LongLine ? Widgets.LongText : Widgets.Text,
        };
    }

    private List<FormChoice>? ChoicesOf(AskedField asked)
    {
        if (asked.Get("enum") is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var labels = asked.Get("x-enum");
        return [.. list.EnumerateArray().Where(value => value.ValueKind != JsonValueKind.Null).Select(value => new FormChoice(value, Label(labels, value)))];
    }

    private string Label(JsonElement? labels, JsonElement value)
    {
        var plain = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return labels is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(plain, out var words) && (words.TryGetProperty(language.Tag, out var text) || words.TryGetProperty("en", out text))
            ? text.GetString()!
            : plain;
    }

    private List<FormField>? Inner(string pointer, AskedField asked, string widget)
    {
        if (widget == Widgets.List)
        {
            // Entries that have no name of their own are called as the list is.
            var entry = asked.Get("items") is { ValueKind: JsonValueKind.Object } item ? Of($"{pointer}/{Entry}", item) : null;
            return entry is null ? null : [entry.Title == Entry ? entry with { Title = asked.Words("x-title", language.Tag) ?? entry.Title } : entry];
        }
        if (asked.Get("properties") is not { ValueKind: JsonValueKind.Object } properties)
            return null;
        var required = asked.Get("required") is { ValueKind: JsonValueKind.Array } names ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        return [.. properties.EnumerateObject().Select(property => Of($"{pointer}/{FormConditions.Escape(property.Name)}", property.Value) with { Required = required.Contains(property.Name) })];
    }

    private static bool Takes(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool IsOfDigits(string pattern) => pattern.Replace("\\d", "0", StringComparison.Ordinal).All(letter => char.IsAsciiDigit(letter) || "^$[](){}+*?,-|".Contains(letter, StringComparison.Ordinal));

    /// <summary>A number or code is written in Latin letters whatever the citizen's language; a pattern that takes other scripts is of words.</summary>
    private static bool IsCode(string? pattern) => pattern is not null && !Takes(pattern, "नाम") && !Takes(pattern, "नाम नाम");

    /// <summary>The script in which the language writes its own name.</summary>
    internal static string ScriptOf(PackLanguage language) => language.Name.FirstOrDefault(char.IsLetter) switch
    {
        >= '\u0900' and <= '\u097F' => "Deva",
        >= '\u0980' and <= '\u09FF' => "Beng",
        >= '\u0A00' and <= '\u0A7F' => "Guru",
        >= '\u0A80' and <= '\u0AFF' => "Gujr",
        >= '\u0B80' and <= '\u0BFF' => "Taml",
        >= '\u0C00' and <= '\u0C7F' => "Telu",
        >= '\u0C80' and <= '\u0CFF' => "Knda",
        >= '\u0D00' and <= '\u0D7F' => "Mlym",
        >= '\u0600' and <= '\u06FF' => "Arab",
        _ => "Latn",
    };
}
