using System.Globalization;
using System.Net;
using System.Text;

namespace EServices.Dispatch.Routing.Drawing;

/// <summary>What a picture shows beside the plan itself.</summary>
/// <param name="Title">Above the map.</param>
/// <param name="Places">Degrees by place index; at least as many as the pool's travel has places.</param>
/// <param name="PlaceNames">Names by place index, or empty; those of bases are written.</param>
public sealed record DrawingOptions(string Title, IReadOnlyList<(double Latitude, double Longitude)> Places, IReadOnlyList<string> PlaceNames)
{
    /// <summary>Tours drawn in colour with their stops numbered; those beyond are drawn thin and grey. By order of the plan.</summary>
    public int MostTours { get; init; } = 40;
}

/// <summary>
/// Draws a plan as an SVG of one file: tours in colours from bases to visits in their order, each stop with its number and, where there is room, its time and
/// window; visits that nobody comes to as crosses; a legend with each tour's times, stops and kilometres.
/// </summary>
public static class PlanDrawing
{
    private const int MapSize = 1000;
    private const int Margin = 50;
    private const int LegendWidth = 520;
    private const int RowHeight = 22;
    private const int MostLabels = 140;

    public static string Svg(Pool pool, Plan plan, DrawingOptions options)
    {
        var visits = pool.Visits.Where(visit => !string.IsNullOrEmpty(visit.Id)).DistinctBy(visit => visit.Id).ToDictionary(visit => visit.Id, StringComparer.Ordinal);
        var people = pool.Operators.Where(person => !string.IsNullOrEmpty(person.Id)).DistinctBy(person => person.Id).ToDictionary(person => person.Id, StringComparer.Ordinal);
        var tours = plan.Tours.Where(tour => tour.Stops.Count > 0 && people.ContainsKey(tour.Operator)).ToList();
        var shown = tours.Take(options.MostTours).ToList();
        var unserved = plan.Unserved.Where(left => visits.TryGetValue(left.Visit, out var visit) && visit.Place >= 0 && visit.Place < options.Places.Count).ToList();
        var map = new Map(Shown(tours, visits, people, unserved, options));
        var height = Math.Max(map.Height + (2 * Margin) + 40, 170 + ((shown.Count + 4) * RowHeight));
        var width = map.Width + (2 * Margin) + LegendWidth;
        var text = new StringBuilder();
        text.Append(Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Noto Sans, DejaVu Sans, Arial, sans-serif">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="{Margin}" y="34" font-size="22" font-weight="bold" fill="#1c2733">{Escaped(options.Title)}</text>
            <rect x="{Margin / 2}" y="50" width="{map.Width + Margin}" height="{map.Height + Margin}" rx="6" fill="#f4f6f3" stroke="#c9d1c8"/>

            """));
        Scale(text, map);
        var labels = new Labels((Margin / 2) + 2, 52, map.Width + (1.5 * Margin) - 4, map.Height + Margin + 46);
        foreach (var tour in tours.Skip(shown.Count))
            Line(text, Points(tour, visits, people, options, map), "#9aa5ad", 0.8, arrows: false);
        for (var index = 0; index < shown.Count; index++)
            Line(text, Points(shown[index], visits, people, options, map), Colour(index, shown.Count), shown.Count > 20 ? 1.4 : 2.2, arrows: true);
        Bases(text, tours, people, options, map, labels);
        foreach (var left in unserved)
            Cross(text, map.At(options.Places[visits[left.Visit].Place]), $"{left.Visit}: {left.Why}");
        for (var index = 0; index < shown.Count; index++)
            Stops(text, shown[index], visits, options, map, labels, Colour(index, shown.Count));
        BaseNames(text, tours, people, options, map, labels);
        if (visits.Count <= MostLabels)
            Times(text, shown, visits, options, map, labels);
        Legend(text, plan, shown, tours.Count, unserved.Count, map.Width + (2 * Margin));
        return text.Append("</svg>\n").ToString();
    }

    private static List<(double, double)> Shown(
        List<PlannedTour> tours, Dictionary<string, PoolVisit> visits, Dictionary<string, PoolOperator> people, List<UnservedVisit> unserved, DrawingOptions options) =>
    [
        .. tours.SelectMany(tour => tour.Stops).Where(stop => visits.ContainsKey(stop.Visit)).Select(stop => options.Places[visits[stop.Visit].Place]),
        .. unserved.Select(left => options.Places[visits[left.Visit].Place]),
        .. tours.SelectMany(tour => (int[])[people[tour.Operator].Shifts[tour.Shift].StartPlace, people[tour.Operator].Shifts[tour.Shift].EndPlace]).Select(place => options.Places[place]),
    ];

    private static List<(double X, double Y)> Points(
        PlannedTour tour, Dictionary<string, PoolVisit> visits, Dictionary<string, PoolOperator> people, DrawingOptions options, Map map)
    {
        var shift = people[tour.Operator].Shifts[tour.Shift];
        return
        [
            map.At(options.Places[shift.StartPlace]),
            .. tour.Stops.Where(stop => visits.ContainsKey(stop.Visit)).Select(stop => map.At(options.Places[visits[stop.Visit].Place])),
            map.At(options.Places[shift.EndPlace]),
        ];
    }

    private static void Line(StringBuilder text, List<(double X, double Y)> points, string colour, double width, bool arrows)
    {
        text.Append(Invariant($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" stroke-opacity=\"0.85\" points=\""));
        foreach (var (x, y) in points)
            text.Append(Invariant($"{x:0.0},{y:0.0} "));
        text.Append("\"/>\n");
        for (var to = 1; arrows && to < points.Count; to++)
        {
            var (dx, dy) = (points[to].X - points[to - 1].X, points[to].Y - points[to - 1].Y);
            if ((dx * dx) + (dy * dy) < 45 * 45)
                continue;
            text.Append(Invariant(
                $"<path d=\"M-5,-4 L5,0 L-5,4 Z\" fill=\"{colour}\" transform=\"translate({(points[to].X + points[to - 1].X) / 2:0.0},{(points[to].Y + points[to - 1].Y) / 2:0.0}) rotate({double.RadiansToDegrees(Math.Atan2(dy, dx)):0})\"/>\n"));
        }
    }

    private static void Bases(StringBuilder text, List<PlannedTour> tours, Dictionary<string, PoolOperator> people, DrawingOptions options, Map map, Labels labels)
    {
        foreach (var place in tours.Select(tour => people[tour.Operator].Shifts[tour.Shift].StartPlace).Distinct())
        {
            var (x, y) = map.At(options.Places[place]);
            labels.Take(x - 9, y - 9, 18, 18);
            text.Append(Invariant($"<path d=\"M{x - 9:0.0},{y + 8:0.0} v-9 l9,-9 l9,9 v9 z\" fill=\"#1c2733\" stroke=\"#ffffff\" stroke-width=\"1.5\"/>\n"));
        }
    }

    /// <summary>After everything else, so that nothing covers them.</summary>
    private static void BaseNames(StringBuilder text, List<PlannedTour> tours, Dictionary<string, PoolOperator> people, DrawingOptions options, Map map, Labels labels)
    {
        foreach (var place in tours.Select(tour => people[tour.Operator].Shifts[tour.Shift].StartPlace).Distinct().Where(place => place < options.PlaceNames.Count))
        {
            var (x, y) = map.At(options.Places[place]);
            labels.Write(text, options.PlaceNames[place], x, y, 13, "#1c2733", bold: true, always: true);
        }
    }

    private static void Stops(
        StringBuilder text, PlannedTour tour, Dictionary<string, PoolVisit> visits, DrawingOptions options, Map map, Labels labels, string colour)
    {
        for (var at = 0; at < tour.Stops.Count; at++)
        {
            var stop = tour.Stops[at];
            if (!visits.TryGetValue(stop.Visit, out var visit))
                continue;
            var (x, y) = map.At(options.Places[visit.Place]);
            labels.Take(x - 8, y - 8, 16, 16);
            // A promised visit has a ring.
            var ring = visit.Promised is null ? "#ffffff" : "#1c2733";
            text.Append(Invariant($"""
                <g><title>{Escaped($"{stop.Visit}: {tour.Operator}, {Clock.Of(stop.StartAt)}–{Clock.Of(stop.EndAt)}{Window(visit)}")}</title><circle cx="{x:0.0}" cy="{y:0.0}" r="8" fill="{colour}" stroke="{ring}" stroke-width="1.6"/><text x="{x:0.0}" y="{y + 3.6:0.0}" font-size="10" font-weight="bold" fill="#ffffff" text-anchor="middle">{at + 1}</text></g>

                """));
        }
    }

    private static void Times(StringBuilder text, List<PlannedTour> tours, Dictionary<string, PoolVisit> visits, DrawingOptions options, Map map, Labels labels)
    {
        foreach (var stop in tours.SelectMany(tour => tour.Stops))
        {
            if (!visits.TryGetValue(stop.Visit, out var visit))
                continue;
            var (x, y) = map.At(options.Places[visit.Place]);
            labels.Write(text, $"{Clock.Of(stop.StartAt)[..5]}{Window(visit)}", x, y, 9.5, "#45525e", bold: false, always: false);
        }
    }

    private static void Cross(StringBuilder text, (double X, double Y) at, string why) => text.Append(Invariant(
        $"<g><title>{Escaped(why)}</title><path d=\"M{at.X - 6:0.0},{at.Y - 6:0.0} l12,12 m0,-12 l-12,12\" stroke=\"#c0182b\" stroke-width=\"3\" stroke-linecap=\"round\"/></g>\n"));

    private static void Legend(StringBuilder text, Plan plan, List<PlannedTour> shown, int tours, int unserved, int x)
    {
        var worth = plan.Objective;
        text.Append(Invariant($"""
            <text x="{x}" y="66" font-size="14" fill="#1c2733">{worth.Served} visits served by {worth.Operators} operators, {worth.TravelMetres / 1000.0:0} km, {worth.TravelSeconds / 3600.0:0.0} h on the road</text>
            <path d="M{x},95 v-7 l7,-7 l7,7 v7 z" fill="#1c2733"/><text x="{x + 22}" y="94" font-size="12" fill="#45525e">base</text>
            <circle cx="{x + 75}" cy="89" r="7" fill="#6b7a86" stroke="#1c2733" stroke-width="1.6"/><text x="{x + 88}" y="94" font-size="12" fill="#45525e">promised (ringed)</text>
            <path d="M{x + 215},83 l12,12 m0,-12 l-12,12" stroke="#c0182b" stroke-width="3" stroke-linecap="round"/><text x="{x + 234}" y="94" font-size="12" fill="#45525e">nobody comes ({unserved})</text>
            <text x="{x}" y="126" font-size="12" font-weight="bold" fill="#1c2733">operator</text><text x="{x + 130}" y="126" font-size="12" font-weight="bold" fill="#1c2733">out – home</text><text x="{x + 250}" y="126" font-size="12" font-weight="bold" fill="#1c2733">break</text><text x="{x + 340}" y="126" font-size="12" font-weight="bold" fill="#1c2733" text-anchor="end">visits</text><text x="{x + 420}" y="126" font-size="12" font-weight="bold" fill="#1c2733" text-anchor="end">km</text>

            """));
        for (var index = 0; index < shown.Count; index++)
        {
            var tour = shown[index];
            var y = 150 + (index * RowHeight);
            text.Append(Invariant($"""
                <rect x="{x}" y="{y - 11}" width="22" height="12" rx="3" fill="{Colour(index, shown.Count)}"/><text x="{x + 30}" y="{y}" font-size="12" fill="#1c2733">{Escaped(tour.Operator)}{(tour.Shift > 0 ? $" ({tour.Shift + 1})" : "")}</text><text x="{x + 130}" y="{y}" font-size="12" fill="#1c2733">{Clock.Of(tour.DepartAt)[..5]} – {Clock.Of(tour.ReturnAt)[..5]}</text><text x="{x + 250}" y="{y}" font-size="12" fill="#1c2733">{(tour.BreakAt is { } pause ? Clock.Of(pause)[..5] : "–")}</text><text x="{x + 340}" y="{y}" font-size="12" fill="#1c2733" text-anchor="end">{tour.Stops.Count}</text><text x="{x + 420}" y="{y}" font-size="12" fill="#1c2733" text-anchor="end">{tour.TravelMetres / 1000.0:0.0}</text>

                """));
        }
        if (tours > shown.Count)
            text.Append(Invariant($"<text x=\"{x}\" y=\"{150 + (shown.Count * RowHeight)}\" font-size=\"12\" fill=\"#45525e\">and {tours - shown.Count} more tours in grey</text>\n"));
    }

    private static void Scale(StringBuilder text, Map map)
    {
        var km = map.RoundKilometres;
        var (x, y, length) = (Margin, map.Height + Margin + 40, km * map.PixelsPerKilometre);
        text.Append(Invariant($"<path d=\"M{x},{y - 5} v5 h{length:0.0} v-5\" fill=\"none\" stroke=\"#45525e\" stroke-width=\"1.5\"/><text x=\"{x + length + 6:0.0}\" y=\"{y + 2}\" font-size=\"12\" fill=\"#45525e\">{km} km</text>\n"));
    }

    private static string Window(PoolVisit visit) =>
        (visit.Promised is { } promised ? (TimeWindow?)promised : visit.Windows.Count == 1 ? visit.Windows[0] : null) is { } window ? $" [{window}]" : "";

    /// <summary>Hues a golden angle apart, in three shades: neighbours in the list are never alike.</summary>
    private static string Colour(int index, int count)
    {
        var hue = count <= 1 ? 210 : index * 137.508 % 360;
        return Invariant($"hsl({hue:0},{(index % 3 == 1 ? 55 : 72)}%,{(index % 3) switch { 0 => 40, 1 => 30, _ => 46 }}%)");
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Degrees to pixels: as wide as it is long on the ground.</summary>
    private sealed class Map
    {
        private readonly double _west;
        private readonly double _north;
        private readonly double _narrow;
        private readonly double _pixelsPerDegree;

        public Map(List<(double Latitude, double Longitude)> shown)
        {
            if (shown.Count == 0)
                shown = [(0, 0)];
            (_west, _north) = (shown.Min(at => at.Longitude), shown.Max(at => at.Latitude));
            _narrow = Math.Cos(double.DegreesToRadians((_north + shown.Min(at => at.Latitude)) / 2));
            var (wide, high) = ((shown.Max(at => at.Longitude) - _west) * _narrow, _north - shown.Min(at => at.Latitude));
            _pixelsPerDegree = MapSize / Math.Max(Math.Max(wide, high), 0.001);
            (Width, Height) = ((int)Math.Max(300, wide * _pixelsPerDegree), (int)Math.Max(300, high * _pixelsPerDegree));
        }

        public int Width { get; }

        public int Height { get; }

        public double PixelsPerKilometre => _pixelsPerDegree / 111.2;

        public int RoundKilometres
        {
            get
            {
                int[] round = [1, 2, 5, 10, 20, 50, 100, 200];
                return round.LastOrDefault(km => km * PixelsPerKilometre <= 200, 1);
            }
        }

        public (double X, double Y) At((double Latitude, double Longitude) place) =>
            (Margin + ((place.Longitude - _west) * _narrow * _pixelsPerDegree), 50 + (Margin / 2) + ((_north - place.Latitude) * _pixelsPerDegree));
    }

    /// <summary>Writes texts where nothing else stands; four sides are tried.</summary>
    private sealed class Labels(double west, double north, double east, double south)
    {
        private readonly List<(double X, double Y, double Width, double Height)> _taken = [];

        public void Take(double x, double y, double width, double height) => _taken.Add((x, y, width, height));

        public void Write(StringBuilder text, string words, double x, double y, double size, string colour, bool bold, bool always)
        {
            var width = words.Length * size * 0.58;
            (double X, double Y)[] sides = [(x + 12, y + (size / 3)), (x - 12 - width, y + (size / 3)), (x - (width / 2), y - 12), (x - (width / 2), y + 12 + size)];
            foreach (var (left, bottom) in sides)
            {
                if (left < west || left + width > east || bottom - size < north || bottom > south)
                    continue;
                if (_taken.Any(other => left < other.X + other.Width && other.X < left + width && bottom - size < other.Y + other.Height && other.Y < bottom))
                    continue;
                Put(text, words, left, bottom, size, width, colour, bold);
                return;
            }
            if (always)
                Put(text, words, sides[0].X, sides[0].Y, size, width, colour, bold);
        }

        private void Put(StringBuilder text, string words, double left, double bottom, double size, double width, string colour, bool bold)
        {
            Take(left, bottom - size, width, size);
            text.Append(Invariant($"<text x=\"{left:0.0}\" y=\"{bottom:0.0}\" font-size=\"{size}\"{(bold ? " font-weight=\"bold\"" : "")} fill=\"{colour}\" stroke=\"#ffffff\" stroke-width=\"2.5\" stroke-opacity=\"0.85\" paint-order=\"stroke\">{Escaped(words)}</text>\n"));
        }
    }
}
