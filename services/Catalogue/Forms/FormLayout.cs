using System.Text.Json;

namespace EServices.Catalogue.Forms;

/// <summary>How a form is drawn, in one language: a front end that knows the widgets needs nothing else. The schema stays what decides whether it is filled in rightly.</summary>
/// <param name="Direction"><c>ltr</c> or <c>rtl</c>.</param>
/// <param name="Sections">In the order in which they are shown; fields likewise.</param>
internal sealed record FormLayout(string Title, string Language, string Direction, IReadOnlyList<FormSection> Sections);

/// <param name="Id"><c>applicant</c>, <c>request</c>, <c>bank</c>, <c>documents</c> or <c>declaration</c>.</param>
internal sealed record FormSection(string Id, string Title, IReadOnlyList<FormField> Fields);

/// <param name="Pointer">JSON Pointer of the value within the form; of the application's documents in the section <c>documents</c>. <c>/-</c> stands for any entry of a list.</param>
/// <param name="Widget">One of <see cref="Widgets"/>.</param>
internal sealed record FormField(string Pointer, string Widget, string Title)
{
    public string? Help { get; init; }

    public string? Placeholder { get; init; }

    /// <summary>Whenever the field is shown it has to be filled in.</summary>
    public bool Required { get; init; }

    /// <summary>It has to be filled in while one of these holds.</summary>
    public IReadOnlyList<FormCondition>? RequiredWhen { get; init; }

    /// <summary>Shown while one of these holds; always where this is left out.</summary>
    public IReadOnlyList<FormCondition>? VisibleWhen { get; init; }

    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<FormChoice>? Choices { get; init; }

    /// <summary>Address under which the choices are told, where they are too many for the form: <c>{district}</c> is what was chosen in the field beside it.</summary>
    public string? ChoicesFrom { get; init; }

    /// <summary>The keyboard that a touch screen shows: HTML's <c>inputmode</c>.</summary>
    public string? Keyboard { get; init; }

    /// <summary>Script to type in, as ISO 15924 names it; null where nothing is typed.</summary>
    public string? Script { get; init; }

    /// <summary>Writing direction of what is typed.</summary>
    public string? Direction { get; init; }

    /// <summary>What a browser may fill in by itself: HTML's <c>autocomplete</c>.</summary>
    public string? Autocomplete { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public string? Pattern { get; init; }

    public JsonElement? Minimum { get; init; }

    public JsonElement? Maximum { get; init; }

    /// <summary>Fewest and most entries of a list, or files.</summary>
    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    /// <summary>Media types of a file.</summary>
    public IReadOnlyList<string>? Accept { get; init; }

    /// <summary>The fields of a group, or of one entry of a list.</summary>
    public IReadOnlyList<FormField>? Fields { get; init; }
}

/// <summary>What can be chosen, as it is kept and as it is read.</summary>
internal sealed record FormChoice(JsonElement Value, string Label);

/// <summary>Something that holds of the form as it is filled in, or does not.</summary>
/// <param name="Kind"><c>in</c> (the field has one of the values), <c>present</c> (it is filled in), <c>all</c>, <c>any</c>, <c>not</c> (of <paramref name="Of"/>), or <c>matches</c> (the form fits the schema).</param>
/// <param name="Field">JSON Pointer.</param>
internal sealed record FormCondition(string Kind, string? Field = null, IReadOnlyList<JsonElement>? Values = null, IReadOnlyList<FormCondition>? Of = null, JsonElement? Schema = null);

/// <summary>What a front end draws a field with.</summary>
internal static class Widgets
{
    public const string Text = "text";
    public const string LongText = "longText";
    public const string Number = "number";
    public const string Date = "date";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Digits = "digits";

    /// <summary>One of a few, all of them in sight.</summary>
    public const string Choice = "choice";

    /// <summary>One of many.</summary>
    public const string Select = "select";

    /// <summary>Several of the choices.</summary>
    public const string Choices = "choices";
    public const string YesNo = "yesNo";

    /// <summary>A sentence that has to be agreed to.</summary>
    public const string Declaration = "declaration";
    public const string File = "file";
    public const string Address = "address";
    public const string BankAccount = "bankAccount";
    public const string Group = "group";
    public const string List = "list";

    public static readonly IReadOnlyList<string> All =
        [Text, LongText, Number, Date, Email, Phone, Digits, Choice, Select, Choices, YesNo, Declaration, File, Address, BankAccount, Group, List];
}
