using System.Text.Json.Nodes;
using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Search;

public sealed class SynonymsTests
{
    [Theory]
    [InlineData("""{ "id": "caste", "words": ["caste", "jati"] }""", "/concepts/1/id")]
    [InlineData("""{ "id": "one-word", "words": ["caste"] }""", "/concepts/1/words")]
    [InlineData("""{ "id": "twice", "words": ["caste", "Caste"] }""", "/concepts/1/words")]
    [InlineData("""{ "id": "misspelt", "word": ["caste", "jati"] }""", "/concepts/1/word")]
    public void MistakeInTheList_IsToldWithItsPlace(string concept, string place)
    {
        using var copy = new PackCopy();
        copy.Change("synonyms.json", file => file["concepts"] = new JsonArray(JsonNode.Parse("""{ "id": "caste", "words": ["caste", "ذات"] }"""), JsonNode.Parse(concept)));

        var read = StatePack.Load(copy.Folder);

        Assert.Null(read.Pack);
        Assert.Contains(read.Errors, error => error.File == "synonyms.json" && error.Place == place);
    }

    [Fact]
    public void PackWithoutTheList_IsStillSearched()
    {
        using var copy = new PackCopy();
        File.Delete(Path.Combine(copy.Folder, "synonyms.json"));

        Assert.Empty(StatePack.Load(copy.Folder).OrThrow().Synonyms);
    }

    [Fact]
    public void WordsOfOneMeaning_Meet_AndTheWordItselfComesFirst()
    {
        var index = SearchIndex.Build([Service("gun", "Gun licence"), Service("weapon", "Weapon licence"), Service("dog", "Dog licence")], [new Concept("arms", ["gun", "weapon", "बंदूक"])]);

        Assert.Equal(["gun", "weapon"], index.Find(new SearchQuery("gun")).Hits.Select(hit => hit.Id));
        Assert.Equal(["weapon", "gun"], index.Find(new SearchQuery("weapons")).Hits.Select(hit => hit.Id));
        Assert.Equal(["gun", "weapon"], index.Find(new SearchQuery("बंदूकों")).Hits.Select(hit => hit.Id));
    }

    [Fact]
    public void Phrase_MeansWhatItsWordsDont()
    {
        var index = SearchIndex.Build([Service("transfer", "Transfer of a vehicle"), Service("name", "Naam of a shop")], [new Concept("transfer", ["transfer", "naam karna"])]);

        Assert.Equal("transfer", index.Find(new SearchQuery("gaadi naam karna vehicle")).Hits[0].Id);
        Assert.Equal(["name"], index.Find(new SearchQuery("naam")).Hits.Select(hit => hit.Id));
    }

    private static SearchableService Service(string id, string name) => new(
        id, new Dictionary<string, string> { ["en"] = name }, new Dictionary<string, string>(), "home", new Dictionary<string, string> { ["en"] = "Home" }, [], ["online"], 0, 7);
}
