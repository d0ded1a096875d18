using System.Globalization;

namespace EServices.Catalogue.Services;

/// <summary>
/// Where a page begins. The plain list is in order of id and goes on after the last id given, so that nothing is left out when a service goes meanwhile.
/// What a search found has no such order and is counted.
/// </summary>
internal readonly record struct ListCursor(string? After, int Count)
{
    private const char AfterMark = 'a', CountMark = 'c';

    /// <summary>False for a cursor that no page of such a list told.</summary>
    public static bool TryRead(string? text, bool searched, out ListCursor cursor)
    {
        cursor = default;
        if (text is null)
            return true;
        if (text.Length < 2 || text[0] != (searched ? CountMark : AfterMark))
            return false;
        if (!searched)
        {
            cursor = new ListCursor(text[1..], 0);
            return true;
        }
        var read = int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        cursor = new ListCursor(null, count);
        return read;
    }

    public IEnumerable<ServiceVersion> Rest(IEnumerable<ServiceVersion> services)
    {
        var (after, count) = (After, Count);
        return after is null ? services.Skip(count) : services.SkipWhile(service => string.CompareOrdinal(service.ServiceId, after) <= 0);
    }

    /// <summary>The cursor of the page after this one.</summary>
    public string Next(IReadOnlyList<ServiceVersion> page, bool searched) =>
        searched ? string.Create(CultureInfo.InvariantCulture, $"{CountMark}{Count + page.Count}") : $"{AfterMark}{page[^1].ServiceId}";
}
