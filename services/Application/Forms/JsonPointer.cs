using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EServices.Application.Forms;

internal static class JsonPointer
{
    public static string Escape(string member) => member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Whether a pointer names the same place as <paramref name="outer"/>, or one within it.</summary>
    public static bool IsWithin(string pointer, string outer) =>
        pointer == outer || pointer.StartsWith(outer.EndsWith('/') ? outer : outer + "/", StringComparison.Ordinal);

    /// <summary>The first member named, unescaped; null for a text that is no pointer to a member.</summary>
    public static string? FirstMember(string? pointer)
    {
        if (pointer is null || pointer.Length < 2 || pointer[0] != '/')
            return null;
        var end = pointer.IndexOf('/', 1);
        return Unescape(end < 0 ? pointer[1..] : pointer[1..end]);
    }

    /// <summary>The last part, unescaped; empty for the whole.</summary>
    public static string Last(string pointer) => Unescape(pointer[(pointer.LastIndexOf('/') + 1)..]);

    /// <summary>What stands at a pointer; null where nothing does.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        var at = root;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = Unescape(part);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member))
                at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength())
                at = at[index];
            else
                return null;
        }
        return at;
    }

    private static string Unescape(string part) => new StringBuilder(part).Replace("~1", "/").Replace("~0", "~").ToString();
}
