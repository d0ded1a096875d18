namespace EServices.Catalogue.Forms;

/// <summary>The few words of a form's page that no form brings itself.</summary>
internal static class LayoutWords
{
    public const string Applicant = "applicant";
    public const string Request = "request";
    public const string Bank = "bank";
    public const string Documents = "documents";
    public const string Declaration = "declaration";

    private const string Alternatives = "alternatives";

    private static readonly Dictionary<string, Dictionary<string, string>> Words = new(StringComparer.Ordinal)
    {
        [Applicant] = new(StringComparer.Ordinal) { ["en"] = "Applicant", ["hi"] = "आवेदक", ["ur"] = "درخواست گزار" },
        [Request] = new(StringComparer.Ordinal) { ["en"] = "Your request", ["hi"] = "आपका अनुरोध", ["ur"] = "آپ کی درخواست" },
        [Bank] = new(StringComparer.Ordinal) { ["en"] = "Bank account", ["hi"] = "बैंक खाता", ["ur"] = "بینک کھاتہ" },
        [Documents] = new(StringComparer.Ordinal) { ["en"] = "Documents", ["hi"] = "दस्तावेज़", ["ur"] = "دستاویزات" },
        [Declaration] = new(StringComparer.Ordinal) { ["en"] = "Declaration", ["hi"] = "घोषणा", ["ur"] = "اقرار نامہ" },
        [Alternatives] = new(StringComparer.Ordinal) { ["en"] = "Any one of these will do.", ["hi"] = "इनमें से कोई एक काफ़ी है।", ["ur"] = "ان میں سے کوئی ایک کافی ہے۔" },
    };

    public static string TitleOf(string section, string language) => Words[section].GetValueOrDefault(language) ?? Words[section]["en"];

    public static string OneOf(string language) => TitleOf(Alternatives, language);
}
