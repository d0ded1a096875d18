using System.Text.RegularExpressions;

namespace EServices.Platform.Packs.Reading;

/// <summary>Where figures come from, and the days on which the law doesn't count.</summary>
internal static partial class LawReader
{
    public static IReadOnlyList<Source> Sources(PackFolder pack, Known known)
    {
        const string File = "sources.json";
        var sources = new List<Source>();
        if (JsonPlace.Root(pack, File) is not { } root)
        {
            known.Unreadable = true;
            return sources;
        }

        foreach (var item in root.Items("sources"))
        {
            sources.Add(new(item.Id(known), item.Choice<Basis>("basis"), item.Text("text")));
            item.Done();
        }

        root.Done();
        return sources;
    }

    public static HolidayCalendar Calendar(PackFolder pack, PackAbout about, Known sources, Known divisions)
    {
        const string Room = "calendar";
        var years = new List<CalendarYear>();
        var files = pack.Files(Room, ".json");
        if (files.Count == 0 && Directory.Exists(pack.PathOf(Room))) pack.Findings.AtFile(Room + "/", "There is no calendar; a pack has one file per year, such as 2026.json.");
        foreach (var file in files)
        {
            if (JsonPlace.Root(pack, file) is not { } root) continue;
            var year = (int)root.Number("year", 2000, 2100);
            if (FileYear().Match(file) is not { Success: true } name || name.Groups[1].Value != year.ToString(System.Globalization.CultureInfo.InvariantCulture))
                root.Wrong("year", $"The file {file} says it is for {year}; a calendar's file bears its year.");
            var source = root.Reference("source", sources);
            var holidays = new List<Holiday>();
            foreach (var item in root.Items("holidays"))
            {
                var holiday = new Holiday(
                    item.Date("date"), item.Words("name"), item.Choice<Basis>("basis"), item.Flag("moonSighting", otherwise: false), item.References("divisions", divisions, required: false));
                if (item.Has("date") && holiday.Date != DateOnly.MinValue && holiday.Date.Year != year) item.Wrong("date", $"{holiday.Date:yyyy-MM-dd} is not in {year}.");
                if (holiday is { MoonSighting: true, Basis: Basis.Cited }) item.Wrong("basis", "A date that hangs on the moon's sighting is assumed until the day.");
                if (holidays.Any(other => other.Date == holiday.Date && other.Name == holiday.Name)) item.Wrong("This holiday is there twice.");
                item.Done();
                holidays.Add(holiday);
            }

            if (holidays.Count == 0 && root.Has("holidays")) root.Wrong("holidays", $"{year} has no holidays at all.");
            root.Done();
            years.Add(new(year, source, holidays));
        }

        years = [.. years.DistinctBy(year => year.Year).OrderBy(year => year.Year)];
        foreach (var (before, after) in years.Zip(years.Skip(1)))
            if (after.Year != before.Year + 1) pack.Findings.AtFile(Room + "/", $"There is no calendar for {before.Year + 1}; the years must follow one another.");
        return new(years, about.WeeklyOffs);
    }

    [GeneratedRegex("/([0-9]{4})\\.json$")]
    private static partial Regex FileYear();
}
