using System.Security.Cryptography;
using System.Text;
using EServices.Platform.Storage;

namespace EServices.Application.Documents;

/// <summary>
/// The content of one paper, kept apart from its application. Its id comes from application, type and content: the same paper handed in twice is one document,
/// and one that was kept just before a crash is found again by the repeat.
/// </summary>
internal sealed class UploadedDocument : Document
{
    public static readonly DocumentMap<UploadedDocument> Map = new("documents");

    public UploadedDocument(string applicationId, string type, string mediaType, byte[] content, DateTimeOffset now)
        : base(IdOf(applicationId, type, content)) =>
        (ApplicationId, Type, MediaType, Content, Sha256, UploadedAt) = (applicationId, type, mediaType, content, Convert.ToHexStringLower(SHA256.HashData(content)), now);

    private UploadedDocument() => (ApplicationId, Type, MediaType, Sha256, Content) = ("", "", "", "", []);

    public string ApplicationId { get; private set; }

    public string Type { get; private set; }

    public string MediaType { get; private set; }

    public string Sha256 { get; private set; }

    public byte[] Content { get; private set; }

    public DateTimeOffset UploadedAt { get; private set; }

    private static string IdOf(string applicationId, string type, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{applicationId}\n{type}\n"));
        hash.AppendData(content);
        return $"doc_{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}";
    }
}
