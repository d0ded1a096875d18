using System.Globalization;
using EServices.Platform.Packs;

namespace EServices.Notification.Wording;

/// <summary>Fills a template in its language: collects what is to be told, as it is written there.</summary>
internal sealed class Words(MessageTemplate template, PackAbout about)
{
    private const char IsolateStart = '\u2068';
    private const char IsolateEnd = '\u2069';

    private readonly DateWords dates = DateWords.In(template.Language);
    private readonly Dictionary<string, string> told = [];

    public string Language => template.Language;

    /// <summary>What was collected, without the marks that only the running text needs.</summary>
    public IReadOnlyDictionary<string, string> Told => told;

    public Words Total(long paise)
    {
        told["totalPaise"] = paise.ToString(CultureInfo.InvariantCulture);
        return With("total", Rupees.Of(paise));
    }

    /// <summary>A day, and the hours of it, in the pack's time zone.</summary>
    public Words Visit(DateTimeOffset from, DateTimeOffset to)
    {
        var (start, end) = (TimeZoneInfo.ConvertTime(from, about.TimeZone), TimeZoneInfo.ConvertTime(to, about.TimeZone));
        return Date("date", DateOnly.FromDateTime(start.DateTime))
            .With("window", dates.Window(TimeOnly.FromDateTime(start.DateTime), TimeOnly.FromDateTime(end.DateTime)));
    }

    public Words Date(string name, DateOnly date) => With(name, dates.Date(date));

    public Words With(string name, string value)
    {
        told[name] = value;
        return this;
    }

    /// <summary>The text. In a language written from the right, numbers and names keep their own direction by themselves.</summary>
    public string Text()
    {
        var leftToRight = about.Languages.FirstOrDefault(language => language.Tag == template.Language)?.Direction != "rtl";
        var filled = told.Append(KeyValuePair.Create(MessageKeys.Helpline, about.Helpline.Number));
        return template.Fill(filled.ToDictionary(entry => entry.Key, entry => leftToRight && !HasRightToLeft(entry.Value) ? entry.Value : $"{IsolateStart}{entry.Value}{IsolateEnd}"));
    }

    /// <summary>Hebrew, Arabic and their neighbours.</summary>
    private static bool HasRightToLeft(string text) => text.Any(letter => letter is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF'));
}
