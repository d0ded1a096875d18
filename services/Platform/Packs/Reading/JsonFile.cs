using System.Text.Json;

namespace EServices.Platform.Packs.Reading;

internal static class JsonFile
{
    public const int MaxDepth = 48;

    /// <summary>The file's bytes without a byte-order mark; null where it is not there.</summary>
    public static byte[]? Bytes(string path)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        return bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
    }

    /// <summary>The root of a JSON file, or null once the reason is told.</summary>
    public static JsonElement? Root(PackFolder pack, string file)
    {
        var bytes = Bytes(pack.PathOf(file));
        if (bytes is null)
        {
            pack.Findings.AtFile(file, "The file is missing.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            pack.Findings.AtLine(file, (int)(wrong.LineNumber ?? 0) + 1, "", $"This is not JSON: {Sentence(wrong.Message)}");
            return null;
        }
    }

    private static string Sentence(string message)
    {
        var places = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return places < 0 ? message : message[..places];
    }
}
