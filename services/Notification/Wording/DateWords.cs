using System.Globalization;

namespace EServices.Notification.Wording;

/// <summary>
/// Days and hours in words of a language. The languages most packs have are written out, so that a message reads the same on every machine; others come
/// from the machine's culture data, and read as English where it has none.
/// </summary>
internal sealed class DateWords
{
    private static readonly DateWords English = new(
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        ", ", (from, to) => $"{EnglishTime(from)} to {EnglishTime(to)}");

    private static readonly DateWords Hindi = new(
        ["रविवार", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार"],
        ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
        ", ", (from, to) => PartOfDay(from, to, "से", "रात", "सुबह", "दोपहर", "शाम"));

    private static readonly DateWords Urdu = new(
        ["اتوار", "پیر", "منگل", "بدھ", "جمعرات", "جمعہ", "ہفتہ"],
        ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"],
        "، ", (from, to) => PartOfDay(from, to, "سے", "رات", "صبح", "دوپہر", "شام"));

    private readonly IReadOnlyList<string> days;
    private readonly IReadOnlyList<string> months;
    private readonly string comma;
    private readonly Func<TimeOnly, TimeOnly, string> window;

    private DateWords(IReadOnlyList<string> days, IReadOnlyList<string> months, string comma, Func<TimeOnly, TimeOnly, string> window) =>
        (this.days, this.months, this.comma, this.window) = (days, months, comma, window);

    public static DateWords In(string language) => language switch
    {
        "en" => English,
        "hi" => Hindi,
        "ur" => Urdu,
        _ => OfCulture(language),
    };

    /// <summary><c>Tuesday, 3 March 2026</c>.</summary>
    public string Date(DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"{days[(int)date.DayOfWeek]}{comma}{date.Day} {months[date.Month - 1]} {date.Year}");

    /// <summary><c>10:00 am to 12:00 noon</c>.</summary>
    public string Window(TimeOnly from, TimeOnly to) => window(from, to);

    private static DateWords OfCulture(string language)
    {
        try
        {
            var culture = CultureInfo.GetCultureInfo(language, predefinedOnly: true);
            return new DateWords(
                culture.DateTimeFormat.DayNames, culture.DateTimeFormat.MonthNames, ", ",
                (from, to) => string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm}–{to:HH:mm}"));
        }
        catch (CultureNotFoundException)
        {
            return English;
        }
    }

    private static string EnglishTime(TimeOnly time) => time switch
    {
        { Hour: 12, Minute: 0 } => "12:00 noon",
        { Hour: 0, Minute: 0 } => "12:00 midnight",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Clock(time)} {(time.Hour < 12 ? "am" : "pm")}"),
    };

    /// <summary>The part of the day is said once if it is the same: "in the morning 10:00 to 11:00".</summary>
    private static string PartOfDay(TimeOnly from, TimeOnly to, string until, string night, string morning, string noon, string evening)
    {
        var (first, second) = (Part(from), Part(to));
        return first == second ? $"{first} {Clock(from)} {until} {Clock(to)}" : $"{first} {Clock(from)} {until} {second} {Clock(to)}";

        string Part(TimeOnly time) => time.Hour switch
        {
            < 4 or >= 20 => night,
            < 12 => morning,
            < 16 => noon,
            _ => evening,
        };
    }

    private static string Clock(TimeOnly time) => string.Create(CultureInfo.InvariantCulture, $"{(time.Hour + 11) % 12 + 1}:{time.Minute:00}");
}
