namespace EServices.Application.Documents;

/// <summary>Reads a request's body, but never more of it than an endpoint takes, whatever its headers say.</summary>
internal static class BoundedBody
{
    /// <exception cref="BadHttpRequestException">413: there is more.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            throw TooLarge(most);
        using var kept = new MemoryStream((int)Math.Min(request.ContentLength ?? 16_384, most));
        var piece = new byte[16_384];
        int read;
        while ((read = await request.Body.ReadAsync(piece, cancellationToken)) > 0)
        {
            if (kept.Length + read > most)
                throw TooLarge(most);
            kept.Write(piece, 0, read);
        }
        return kept.ToArray();
    }

    private static BadHttpRequestException TooLarge(int most) => new($"At most {most} bytes.", StatusCodes.Status413PayloadTooLarge);
}
