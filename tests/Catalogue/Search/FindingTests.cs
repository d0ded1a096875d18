using EServices.Catalogue.Tests.Search.Labelled;

namespace EServices.Catalogue.Tests.Search;

public sealed class FindingTests
{
    private static readonly Dictionary<string, string[]> Index = new()
    {
        ["milk"] = ["dairy", "bottle"],
        ["cow"] = ["bull", "dairy"],
        ["hay"] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "hay"],
        ["barn"] = [],
        ["egg"] = ["hen", "hen", "duck"],
    };

    [Theory]
    [InlineData("milk", "dairy", 1, 1, 1)]
    [InlineData("milk", "dairy,cream", 0.5, 1, 1)]
    [InlineData("cow", "dairy", 1, 0, 1)]
    [InlineData("cow", "cream", 0, 0, 0)]
    [InlineData("hay", "hay", 0, 0, 0)]
    [InlineData("hay", "10", 1, 0, 1)]
    [InlineData("hay", "1,2,3,4,5,6,7,8,9,10,hay", 1, 1, 1)]
    [InlineData("barn", "hay", 0, 0, 0)]
    [InlineData("egg", "hen,duck", 1, 1, 1)]
    [InlineData("egg", "hen,hen,goose", 0.5, 1, 1)]
    public void OneQuery_IsJudged(string text, string services, double recall, double first, double any) =>
        Assert.Equal(new Finding(1, recall, first, any), Finding.Of([new LabelledQuery(text, services.Split(','), "")], text => Index[text]));

    [Fact]
    public void ManyQueries_CountAlike()
    {
        LabelledQuery[] queries = [new("milk", ["dairy", "cream"], ""), new("cow", ["dairy"], ""), new("barn", ["hay"], ""), new("egg", ["hen"], "")];
        Assert.Equal(new Finding(4, (0.5 + 1 + 0 + 1) / 4, 2.0 / 4, 3.0 / 4), Finding.Of(queries, text => Index[text]));
    }

    [Fact]
    public void NoQuery_IsNothing() => Assert.Equal(new Finding(0, 0, 0, 0), Finding.Of([], _ => []));

    [Fact]
    public void File_IsReadWithItsHeadings()
    {
        var queries = Read("# about\n## Hindi\nदूध\tdairy, cream\n\n## English\nmilk\tdairy\r\n");
        Assert.Equal(["दूध|dairy cream|Hindi", "milk|dairy|English"], queries.Select(Told));
    }

    [Fact]
    public void FileWithoutHeadings_IsReadByScript() =>
        Assert.Equal(["दूध|dairy|Devanagari", "دودھ|dairy|Perso-Arabic", "doodh|dairy|Latin"], Read("दूध\tdairy\nدودھ\tdairy\ndoodh\tdairy").Select(Told));

    [Theory]
    [InlineData("milk dairy")]
    [InlineData("milk\t,")]
    [InlineData("\tdairy")]
    public void LineThatIsNone_IsRefusedByItsNumber(string line)
    {
        var refused = Assert.Throws<FormatException>(() => Read($"milk\tdairy\n{line}\n"));
        Assert.Contains(":2: ", refused.Message, StringComparison.Ordinal);
    }

    private static string Told(LabelledQuery query) => $"{query.Text}|{string.Join(' ', query.Services)}|{query.Kind}";

    private static IReadOnlyList<LabelledQuery> Read(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return LabelledQuery.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
