using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EServices.Application.Forms;

/// <summary>
/// Aadhaar numbers are never stored. Any run of twelve digits (in fours, or together) that begins with 2 to 9 and whose Verhoeff check digit is right is kept as
/// <c>XXXXXXXX1234</c>, wherever in a text it stands. One in ten other numbers of twelve digits looks the same; masking those too is the safe side to err on,
/// and the answer says which fields it was done to.
/// </summary>
internal static partial class Aadhaar
{
    private static readonly byte[,] Dihedral =
    {
        { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 2, 3, 4, 0, 6, 7, 8, 9, 5 }, { 2, 3, 4, 0, 1, 7, 8, 9, 5, 6 }, { 3, 4, 0, 1, 2, 8, 9, 5, 6, 7 }, { 4, 0, 1, 2, 3, 9, 5, 6, 7, 8 },
        { 5, 9, 8, 7, 6, 0, 4, 3, 2, 1 }, { 6, 5, 9, 8, 7, 1, 0, 4, 3, 2 }, { 7, 6, 5, 9, 8, 2, 1, 0, 4, 3 }, { 8, 7, 6, 5, 9, 3, 2, 1, 0, 4 }, { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 },
    };

    private static readonly byte[] Step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    public static string Mask(string text) => Candidate().Replace(text, match =>
    {
        var digits = string.Concat(match.Value.Where(char.IsAsciiDigit));
        return IsValid(digits) ? $"XXXXXXXX{digits[^4..]}" : match.Value;
    });

    public static bool IsValid(string digits)
    {
        if (digits.Length != 12 || digits[0] < '2' || !digits.All(char.IsAsciiDigit))
            return false;
        var check = 0;
        for (var place = 0; place < digits.Length; place++)
            check = Dihedral[check, Permute(digits[^(place + 1)] - '0', place % 8)];
        return check == 0;
    }

    /// <summary>
    /// As <see cref="Mask(JsonObject, Func{string, bool}, out IReadOnlyList{string}, out IReadOnlyList{string})"/>, but a field whose schema asks for just such a
    /// number (a bank account of twelve digits) keeps it, unless it is named after Aadhaar: masked, it could never be handed in.
    /// </summary>
    public static JsonObject Mask(JsonObject form, FormSchema schema, out IReadOnlyList<string> masked, out IReadOnlyList<string> numbers)
    {
        var safe = Mask(form, _ => false, out masked, out numbers);
        if (masked.Count == 0)
            return safe;
        var before = schema.Check(JsonSerializer.SerializeToElement(form)).Select(error => error.Pointer).ToHashSet(StringComparer.Ordinal);
        var after = schema.Check(JsonSerializer.SerializeToElement(safe)).Select(error => error.Pointer).ToHashSet(StringComparer.Ordinal);
        var asked = masked.Where(pointer => after.Contains(pointer) && !before.Contains(pointer) && !pointer.Contains("aadhaar", StringComparison.OrdinalIgnoreCase)).ToList();
        return asked.Count == 0 ? safe : Mask(form, asked.Contains, out masked, out numbers);
    }

    /// <summary>A copy of the form with every such number masked, and the pointers of the fields where that was done.</summary>
    /// <param name="keep">Pointers of texts to leave as they are.</param>
    /// <param name="numbers">Pointers of JSON numbers that are such a number: they can't be masked, so the form can't be taken.</param>
    private static JsonObject Mask(JsonObject form, Func<string, bool> keep, out IReadOnlyList<string> masked, out IReadOnlyList<string> numbers)
    {
        var (texts, integers) = (new List<string>(), new List<string>());
        var copy = (JsonObject)Walk(form, "")!;
        (masked, numbers) = (texts, integers);
        return copy;

        JsonNode? Walk(JsonNode? node, string pointer)
        {
            switch (node)
            {
                case JsonObject members:
                    return new JsonObject(members.Select(member => KeyValuePair.Create(Mask(member.Key), Walk(member.Value, $"{pointer}/{JsonPointer.Escape(member.Key)}"))));
                case JsonArray items:
                    return new JsonArray([.. items.Select((item, index) => Walk(item, $"{pointer}/{index}"))]);
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    var text = value.GetValue<string>();
                    var safe = keep(pointer) ? text : Mask(text);
                    if (safe == text)
                        return JsonValue.Create(text);
                    texts.Add(pointer);
                    return JsonValue.Create(safe);
                default:
                    if (node is not null && IsValid(node.ToJsonString()))
                        integers.Add(pointer);
                    return node?.DeepClone();
            }
        }
    }

    private static int Permute(int digit, int times)
    {
        for (; times > 0; times--)
            digit = Step[digit];
        return digit;
    }

    [GeneratedRegex(@"(?<![0-9])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Candidate();
}
