using System.Globalization;
using System.Text.RegularExpressions;
using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

/// <param name="Bounds">A box around the state: a coordinate outside it is a slip of the pen.</param>
internal sealed record AboutRead(PackAbout About, Bounds Bounds, IReadOnlyDictionary<Level, Localised> Levels, PackList<Named> Divisions);

internal sealed record Bounds(double South, double North, double West, double East);

internal static partial class AboutReader
{
    public const string File = "pack.json";

    public static AboutRead? Read(PackFolder pack, Known skills, Known divisions)
    {
        if (JsonPlace.Root(pack, File) is not { } root) return null;
        var format = (int)root.Number("formatVersion", 1, int.MaxValue);
        if (format != PackAbout.Format)
        {
            root.Wrong("formatVersion", $"The pack is written in format {format}; this platform reads format {PackAbout.Format}.");
            return null;
        }

        var languages = Languages(pack, root);
        if (languages.Count == 0) return null;

        var about = new PackAbout
        {
            Id = root.Matching("id", PackFolder.Id(), "an id: small letters, digits and single hyphens"),
            Name = root.Words("name"),
            FormatVersion = format,
            Version = root.Text("version"),
            NumberPrefix = root.Matching("numberPrefix", NumberPrefix(), "two to four capital letters"),
            TimeZone = Zone(root),
            Languages = languages,
            Helpline = root.Object("helpline") is { } helpline ? Helpline(helpline) : new("", JsonPlace.Nothing),
            Currency = root.Matching("currency", Currency(), "an ISO 4217 code of three capital letters"),
            Act = Act(root),
            WeeklyOffs = WeeklyOffs(root),
            Skills = new(Names(root, "skills", skills).DistinctBy(skill => skill.Id), skill => skill.Id),
            Mail = Mail(root),
            Upi = root.Object("upi") is { } upi ? Upi(upi) : new("", ""),
            Attributions = [.. root.Items("attributions").Select(AttributionOf)],
            IriBase = IriBase(root),
        };

        var geography = root.Object("geography");
        var levels = new Dictionary<Level, Localised>();
        var named = new PackList<Named>([], division => division.Id);
        var bounds = new Bounds(-90, 90, -180, 180);
        if (geography is not null)
        {
            if (geography.Object("levels") is { } names)
            {
                foreach (var (level, property) in new[] { (Level.District, "district"), (Level.Tehsil, "tehsil"), (Level.Block, "block") }) levels[level] = names.Words(property);
                names.Done();
            }

            named = new(Names(geography, "divisions", divisions, required: false).DistinctBy(division => division.Id), division => division.Id);
            bounds = BoundsOf(geography) ?? bounds;
            geography.Done();
        }

        root.Done();
        return new(about, bounds, levels, named);
    }

    private static List<PackLanguage> Languages(PackFolder pack, JsonPlace root)
    {
        var languages = new List<PackLanguage>();
        foreach (var item in root.Items("languages"))
        {
            var language = new PackLanguage(item.Matching("tag", PackFolder.LanguageTag(), "a language tag of two or three small letters"), item.Text("name"), item.Text("direction"));
            if (language.Direction is not ("ltr" or "rtl" or "")) item.Wrong("direction", "The direction is \"ltr\" or \"rtl\".");
            if (languages.Any(other => other.Tag == language.Tag)) item.Wrong("tag", $"The language \"{language.Tag}\" is there twice.");
            item.Done();
            languages.Add(language);
        }

        if (languages.Count == 0 && root.Has("languages")) root.Wrong("languages", "A pack has at least one language.");
        pack.Languages = [.. languages.Select(language => language.Tag).Distinct()];
        return languages;
    }

    private static TimeZoneInfo Zone(JsonPlace root)
    {
        var id = root.Text("timeZone");
        var written = root.Text("utcOffset");
        if (!TimeSpan.TryParseExact(written.TrimStart('+', '-'), @"hh\:mm", CultureInfo.InvariantCulture, out var offset) || !(written.StartsWith('+') || written.StartsWith('-')))
        {
            if (written.Length > 0) root.Wrong("utcOffset", $"\"{written}\" is not an offset; write it as +05:30.");
            return TimeZoneInfo.Utc;
        }

        if (written.StartsWith('-')) offset = -offset;
        if (id.Length > 0 && !IanaZone().IsMatch(id)) root.Wrong("timeZone", $"\"{id}\" is not an IANA time zone; it looks like Asia/Kolkata.");
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            if (zone.BaseUtcOffset != offset) root.Wrong("utcOffset", $"{id} is at {zone.BaseUtcOffset:hh\\:mm} from UTC, not {written}.");
            return zone;
        }

        // Slim containers come without zone data; the fixed offset is then the truth for a state without daylight saving.
        return TimeZoneInfo.CreateCustomTimeZone(id.Length > 0 ? id : "pack", offset, id, id);
    }

    private static Helpline Helpline(JsonPlace place)
    {
        var helpline = new Helpline(place.Matching("number", HelplineNumber(), "a number of three to eleven digits"), place.Words("name"));
        place.Done();
        return helpline;
    }

    private static ServiceAct Act(JsonPlace root)
    {
        var place = root.Object("act");
        if (place is null)
            return new() { Name = JsonPlace.Nothing, FirstAppealWithinDays = 0, FirstAppealDisposedWithinDays = 0, SecondAppealWithinDays = 0, PenaltyMinimumPaise = 0, PenaltyMaximumPaise = 0, HolidaysExcluded = true, Source = "" };
        var act = new ServiceAct
        {
            Name = place.Words("name"),
            FirstAppealWithinDays = (int)place.Number("firstAppealWithinDays", 1, 3650),
            FirstAppealDisposedWithinDays = (int)place.Number("firstAppealDisposedWithinDays", 1, 3650),
            SecondAppealWithinDays = (int)place.Number("secondAppealWithinDays", 1, 3650),
            PenaltyMinimumPaise = place.Number("penaltyMinimumPaise", 0, long.MaxValue),
            PenaltyMaximumPaise = place.Number("penaltyMaximumPaise", 0, long.MaxValue),
            HolidaysExcluded = place.Flag("holidaysExcluded"),
            Source = place.Text("source"),
        };
        if (act.PenaltyMaximumPaise < act.PenaltyMinimumPaise) place.Wrong("penaltyMaximumPaise", "The largest penalty is smaller than the smallest.");
        place.Done();
        return act;
    }

    private static List<WeeklyOff> WeeklyOffs(JsonPlace root)
    {
        var offs = new List<WeeklyOff>();
        foreach (var item in root.Items("weeklyOffs"))
        {
            offs.Add(new(item.Choice<DayOfWeek>("day"), item.Numbers("weeksOfMonth", 1, 5)));
            item.Done();
        }

        return offs;
    }

    /// <summary>A pack without one is named within this platform alone.</summary>
    private static string IriBase(JsonPlace root)
    {
        if (root.OptionalText("iriBase") is not { } text) return $"urn:eservices:{root.Text("id")}:";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Query.Length > 0 || address.Fragment.Length > 0 || !text.EndsWith('/'))
            root.Wrong("iriBase", $"\"{text}\" is no web address that ends with a slash.");
        return text;
    }

    private static List<Named> Names(JsonPlace root, string property, Known known, bool required = true)
    {
        var names = new List<Named>();
        foreach (var item in root.Items(property, required))
        {
            names.Add(new(item.Id(known), item.Words("name")));
            item.Done();
        }

        return names;
    }

    private static MailDomains Mail(JsonPlace root)
    {
        if (root.Object("mail") is not { } place) return new([], []);
        var mail = new MailDomains(place.Texts("official"), place.Texts("contractor"));
        foreach (var (property, domains) in new[] { ("official", mail.Official), ("contractor", mail.Contractor) })
            foreach (var domain in domains)
                if (!PackFolder.Domain().IsMatch(domain)) place.Wrong(property, $"\"{domain}\" is not a mail domain in small letters.");
        foreach (var domain in mail.Official.Intersect(mail.Contractor)) place.Wrong("contractor", $"\"{domain}\" is an official domain; contractors must be told apart by theirs.");
        place.Done();
        return mail;
    }

    private static UpiPayee Upi(JsonPlace place)
    {
        var upi = new UpiPayee(place.Matching("address", UpiAddress(), "a UPI address like name@bank"), place.Text("name"));
        place.Done();
        return upi;
    }

    private static Attribution AttributionOf(JsonPlace place)
    {
        var attribution = new Attribution(place.Text("data"), place.Text("holder"), place.Text("licence"), place.OptionalText("note") ?? "");
        place.Done();
        return attribution;
    }

    private static Bounds? BoundsOf(JsonPlace geography)
    {
        if (geography.Object("bounds") is not { } box) return null;
        var bounds = new Bounds(box.Degrees("south", 90), box.Degrees("north", 90), box.Degrees("west", 180), box.Degrees("east", 180));
        box.Done();

        // With a side missing every coordinate of the pack would seem to lie outside; one error is enough.
        if (new[] { bounds.South, bounds.North, bounds.West, bounds.East }.Any(double.IsNaN)) return null;
        if (bounds.South < bounds.North && bounds.West < bounds.East) return bounds;
        box.Wrong("The box is empty: south must be below north and west below east.");
        return null;
    }

    [GeneratedRegex("^[A-Z]{2,4}$")]
    private static partial Regex NumberPrefix();

    [GeneratedRegex("^[A-Z]{3}$")]
    private static partial Regex Currency();

    [GeneratedRegex("^[0-9]{3,11}$")]
    private static partial Regex HelplineNumber();

    [GeneratedRegex("^[A-Za-z0-9._-]{2,}@[A-Za-z0-9]{2,}$")]
    private static partial Regex UpiAddress();

    [GeneratedRegex("^[A-Za-z_]+(/[A-Za-z0-9_+-]+)+$")]
    private static partial Regex IanaZone();
}
