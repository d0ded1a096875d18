using System.Globalization;

namespace EServices.Catalogue.Services;

/// <summary>
/// Where a page begins. The plain list is in order of id and goes on after the last id given, so that nothing is left out when a service goes meanwhile.
/// What a search found has no such order and is counted.
/// </summary>
internal readonly record struct ListCursor(string? Last, int Count)
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

    /// <summary>Of the plain list what comes after the last given.</summary>
    public IEnumerable<ServiceVersion> Rest(IEnumerable<ServiceVersion> services)
    {
        var last = Last;
        return last is null ? services : services.SkipWhile(service => string.CompareOrdinal(service.ServiceId, last) <= 0);
    }

    /// <summary>The cursor of the page that goes on after a service of the plain list.</summary>
    public static string After(ServiceVersion last) => $"{AfterMark}{last.ServiceId}";

    /// <summary>The cursor of the page that goes on after so many of what a search found.</summary>
    public static string AfterCount(int count) => string.Create(CultureInfo.InvariantCulture, $"{CountMark}{count}");
}
