using EServices.Notification.Wording;
using EServices.Platform.Packs;
using EServices.Testing;

namespace EServices.Notification.Tests.Wording;

public sealed class WordingTests
{
    private static readonly StatePack Pack = StatePack.Load(Path.Combine(Repository.Root, "deploy", "packs", "jk")).OrThrow();

    [Theory]
    [InlineData(0, "₹0.00")]
    [InlineData(5, "₹0.05")]
    [InlineData(7_000, "₹70.00")]
    [InlineData(99_999, "₹999.99")]
    [InlineData(1_00_000, "₹1,000.00")]
    [InlineData(99_999_00, "₹99,999.00")]
    [InlineData(1_00_000_00, "₹1,00,000.00")]
    [InlineData(12_34_56_789_01, "₹12,34,56,789.01")]
    [InlineData(-7_050, "−₹70.50")]
    [InlineData(long.MaxValue, "₹92,23,37,20,36,85,47,758.07")]
    [InlineData(long.MinValue, "−₹92,23,37,20,36,85,47,758.08")]
    public void Amount_IsGroupedAsInIndia(long paise, string written) => Assert.Equal(written, Rupees.Of(paise));

    [Theory]
    [InlineData("en", "Tuesday, 3 March 2026")]
    [InlineData("hi", "मंगलवार, 3 मार्च 2026")]
    [InlineData("ur", "منگل، 3 مارچ 2026")]
    [InlineData("xx-nowhere", "Tuesday, 3 March 2026")]
    public void Date_IsWrittenInTheLanguage(string language, string written) => Assert.Equal(written, DateWords.In(language).Date(new DateOnly(2026, 3, 3)));

    [Theory]
    [InlineData("en", 10, 12, "10:00 am to 12:00 noon")]
    [InlineData("en", 9, 11, "9:00 am to 11:00 am")]
    [InlineData("en", 22, 0, "10:00 pm to 12:00 midnight")]
    [InlineData("hi", 10, 12, "सुबह 10:00 से दोपहर 12:00")]
    [InlineData("hi", 14, 15, "दोपहर 2:00 से 3:00")]
    [InlineData("ur", 16, 18, "شام 4:00 سے 6:00")]
    [InlineData("ur", 10, 13, "صبح 10:00 سے دوپہر 1:00")]
    public void Window_IsWrittenInTheLanguage(string language, int from, int to, string written) =>
        Assert.Equal(written, DateWords.In(language).Window(new TimeOnly(from, 0), new TimeOnly(to, 0)));

    [Fact]
    public void Day_IsThatOfThePacksZone_NotOfUtc()
    {
        var words = WordsFor("visit-scheduled", "en");

        // 20:00 UTC on the 2nd is 1:30 on the 3rd.
        words.Visit(new DateTimeOffset(2026, 3, 2, 20, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 21, 0, 0, TimeSpan.Zero));

        Assert.Equal("Tuesday, 3 March 2026", words.Told["date"]);
        Assert.Equal("1:30 am to 2:30 am", words.Told["window"]);
    }

    [Fact]
    public void NumbersAndNames_InALanguageFromTheRight_AreIsolated()
    {
        var text = WordsFor("payment-received", "ur").Total(7_000).With("receipt", "R-2026/000001").Text();

        Assert.Contains("\u2068₹70.00\u2069", text, StringComparison.Ordinal);
        Assert.Contains("\u2068R-2026/000001\u2069", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_FromTheRight_AreIsolated_InALanguageFromTheLeft()
    {
        var text = WordsFor("application-acknowledged", "en").With("tracking", "T1").With("officer", "تحصیلدار").Date("dueDate", new DateOnly(2026, 3, 3)).Text();

        Assert.Contains("\u2068تحصیلدار\u2069", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2068T1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTemplateOfThePack_CanBeFilled()
    {
        Assert.NotEmpty(Pack.Messages.Templates);
        foreach (var template in Pack.Messages.Templates)
        {
            var words = new Words(template, Pack.About).Total(7_000).Visit(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1)).Date("dueDate", new DateOnly(2026, 3, 3));
            foreach (var name in new[] { "code", "operator", "tracking", "receipt", "officer" })
                words.With(name, "X1");

            Assert.DoesNotContain("{", words.Text(), StringComparison.Ordinal);
        }
    }

    private static Words WordsFor(string key, string language) => new(Pack.Messages.Find(key, language)!, Pack.About);
}
