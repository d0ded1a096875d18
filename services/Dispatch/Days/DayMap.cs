using System.Globalization;
using System.Text;
using EServices.Dispatch.Routing.Travel;

namespace EServices.Dispatch.Days;

/// <summary>A district's day as a picture: a colour for each operator, a square for the centre, numbered visits, crosses where nobody comes.</summary>
internal static class DayMap
{
    public const int MostOperators = 200;

    private const double Width = 1000;
    private const double Margin = 40;
    private const double Line = 18;

    /// <param name="title">Plain text.</param>
    /// <param name="days">Those with visits.</param>
    public static string Draw(string title, IReadOnlyList<OperatorDay> days, IReadOnlyList<TravelPlace> unassigned)
    {
        List<TravelPlace> all = [.. days.SelectMany(day => day.Stops.Select(stop => stop.Place).Append(day.Base)), .. unassigned];
        var (south, north) = all.Count == 0 ? (0, 1) : (all.Min(place => place.Latitude), all.Max(place => place.Latitude));
        var (west, east) = all.Count == 0 ? (0, 1) : (all.Min(place => place.Longitude), all.Max(place => place.Longitude));
        // A degree of longitude is shorter than one of latitude, the more so to the north.
        var narrow = Math.Cos(double.DegreesToRadians((south + north) / 2));
        var scale = (Width - (2 * Margin)) / Math.Max(0.01, Math.Max((east - west) * narrow, north - south));
        var height = ((north - south) * scale) + (2 * Margin);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height + ((days.Count + 2) * Line):0}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(title)}</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><text x=\"10\" y=\"20\" font-size=\"16\">{Escaped(title)}</text>");
        foreach (var (number, day) in days.Index())
        {
            // The golden angle keeps neighbours in the list apart in colour.
            var colour = string.Create(CultureInfo.InvariantCulture, $"hsl({number * 137.508 % 360:0},70%,40%)");
            List<TravelPlace> stops = [.. day.Stops.Where(stop => stop.Met).OrderBy(stop => stop.ArrivedAt).Select(stop => stop.Place), .. day.Timetable.Timings.Select(timing => timing.Stop.Place)];
            var path = string.Join(' ', stops.Prepend(day.Base).Append(day.Base).Select(place => string.Create(CultureInfo.InvariantCulture, $"{X(place):0.0},{Y(place):0.0}")));
            svg.Append(CultureInfo.InvariantCulture, $"<g stroke=\"{colour}\" fill=\"{colour}\"><polyline points=\"{path}\" fill=\"none\" stroke-width=\"2\" stroke-opacity=\"0.7\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(day.Base) - 6:0.0}\" y=\"{Y(day.Base) - 6:0.0}\" width=\"12\" height=\"12\"/>");
            foreach (var (order, place) in stops.Index())
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(place):0.0}\" cy=\"{Y(place):0.0}\" r=\"8\"/><text x=\"{X(place):0.0}\" y=\"{Y(place) + 4:0.0}\" fill=\"#fff\" stroke=\"none\" text-anchor=\"middle\">{order + 1}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"{height + ((number + 1) * Line):0}\" stroke=\"none\">{Escaped(day.Operator.Name)}: {stops.Count} visits, {day.Timetable.Metres / 1000.0:0} km, {day.Timetable.Travel.TotalMinutes:0} min{(day.Timetable.Late.Any() ? ", late" : "")}</text></g>");
        }
        foreach (var place in unassigned)
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(place) - 6:0.0} {Y(place) - 6:0.0}l12 12m0 -12l-12 12\" stroke=\"#c00\" stroke-width=\"3\"/>");
        return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"{height + ((days.Count + 1) * Line):0}\" fill=\"#c00\">{unassigned.Count} unassigned</text></svg>").ToString();

        double X(TravelPlace place) => Margin + ((place.Longitude - west) * narrow * scale);
        double Y(TravelPlace place) => Margin + ((north - place.Latitude) * scale);
    }

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);
}
