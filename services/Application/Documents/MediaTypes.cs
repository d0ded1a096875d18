namespace EServices.Application.Documents;

/// <summary>The kinds of file that are taken, told by their first bytes and not by what someone calls them.</summary>
internal static class MediaTypes
{
    public static readonly IReadOnlyList<string> Taken = ["application/pdf", "image/jpeg", "image/png"];

    /// <summary>The media type that a content's first bytes show; null for any other.</summary>
    public static string? Of(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("%PDF-"u8))
            return "application/pdf";
        if (content.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
            return "image/jpeg";
        return content.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png" : null;
    }
}
