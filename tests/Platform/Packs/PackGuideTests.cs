using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

/// <summary>Rules by which people are guided, and what the platform says in sentences of its own.</summary>
public class PackGuideTests
{
    private const string Guide = """
        {
          "categories": [{ "id": "fisherfolk", "name": { "en": "Fisherfolk", "mr": "कोळी" } }],
          "occupations": [{ "id": "sailor", "name": { "en": "Sailor", "mr": "खलाशी" } }],
          "conditions": [{ "id": "has-boat", "question": { "en": "Do you have a boat?", "mr": "होडी आहे का?" } }],
          "eligibilities": [{ "id": "sailors", "minAge": 18, "maxAge": 60, "genders": ["female", "male"], "categories": ["fisherfolk"], "occupations": ["sailor"],
            "conditions": ["has-boat"], "maxYearlyIncomePaise": 5000000, "districts": ["551"], "resident": true, "source": "guess" }]
        }
        """;

    [Fact]
    public void Guide_IsRead_AndAPackWithoutOneHasNone()
    {
        using var pack = new TinyPack();
        Assert.Same(PackGuide.None, StatePack.Load(pack.Folder).OrThrow().Guide);

        pack.Write("guide.json", Guide);
        var read = StatePack.Load(pack.Folder).OrThrow().Guide;

        var sailors = Assert.Single(read.Eligibilities);
        Assert.Equal((18, 60, 5_000_000L, true), (sailors.MinAge, sailors.MaxAge, sailors.MaxYearlyIncomePaise, sailors.Resident));
        Assert.Equal([Gender.Female, Gender.Male], sailors.Genders);
        Assert.Equal("होडी आहे का?", read.Conditions["has-boat"].Question.In("mr"));
    }

    [Theory]
    [InlineData("\"has-boat\"], \"max", "\"has-ship\"], \"max", "/eligibilities/0/conditions/0", "There is no condition \"has-ship\"")]
    [InlineData("[\"fisherfolk\"]", "[\"royals\"]", "/eligibilities/0/categories/0", "There is no category \"royals\"")]
    [InlineData("[\"sailor\"]", "[\"sailer\"]", "/eligibilities/0/occupations/0", "did you mean \"sailor\"?")]
    [InlineData("\"551\"", "\"999\"", "/eligibilities/0/districts/0", "There is no district \"999\"")]
    [InlineData("\"guess\"", "\"hearsay\"", "/eligibilities/0/source", "There is no source \"hearsay\"")]
    [InlineData("\"maxAge\": 60", "\"maxAge\": 17", "/eligibilities/0/maxAge", "nobody could apply")]
    [InlineData("\"minAge\": 18", "\"minAge\": -1", "/eligibilities/0/minAge", "must lie between 0 and 120")]
    [InlineData("[\"female\", \"male\"]", "[\"female\", \"femme\"]", "/eligibilities/0/genders/1", "none of female, male, other")]
    [InlineData("[\"sailor\"]", "[]", "/eligibilities/0/occupations", "An empty list is no rule")]
    [InlineData("\"resident\": true", "\"residnt\": true", "/eligibilities/0/residnt", "is not a property here")]
    [InlineData(", \"mr\": \"कोळी\"", "", "/categories/0/name/mr", "The text in \"mr\" is missing")]
    public void MistakeInTheGuide_IsToldWithItsPlace(string text, string by, string place, string message)
    {
        using var pack = new TinyPack();
        pack.Write("guide.json", Guide);
        pack.Spoil("guide.json", text, by);

        var error = Assert.Single(StatePack.Load(pack.Folder).Errors);

        Assert.Equal(("guide.json", place), (error.File, error.Place));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wording_IsEnglishWhereAPackHasNone_AndAPacksHasEverySentenceWithTheSamePlaceholders()
    {
        using var pack = new TinyPack();
        Assert.Equal("The time limit changes from 7 to 5 days.", StatePack.Load(pack.Folder).OrThrow().Wording.Say("time-limit-changed", "mr", ("from", "7"), ("to", "5")));

        var texts = new JsonObject();
        foreach (var (key, english) in WordingKeys.Texts)
            texts[key] = new JsonObject { ["en"] = english, ["mr"] = $"म {english}" };
        Write(pack, texts);
        Assert.Equal("म The time limit changes from 7 to 5 days.", StatePack.Load(pack.Folder).OrThrow().Wording.Say("time-limit-changed", "mr", ("from", "7"), ("to", "5")));

        texts["time-limit-changed"]!["mr"] = "{from} ते {till}";
        texts.Remove("months");
        texts["extra"] = "x";
        Write(pack, texts);
        var errors = StatePack.Load(pack.Folder).Errors;
        Assert.Equal(["/texts/extra", "/texts/months", "/texts/time-limit-changed"], errors.Select(error => error.Place).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DefinitionOfThePacksOwnShape_ReadsByThePacksRules_AndSaysAllThatIsWrong()
    {
        using var pack = new TinyPack();
        var state = StatePack.Load(pack.Folder).OrThrow();

        var read = state.Read(JsonDocument.Parse("""{ "id": "Bad Id", "department": "nowhere", "fee": { "source": "guess", "lines": [{ "paise": -1 }] }, "formSchema": 7 }""").RootElement, 1, new DateOnly(2026, 1, 1));

        Assert.False(read.Ok);
        var pointers = read.Errors.Select(error => error.Pointer).ToList();
        foreach (var pointer in new[] { "/id", "/department", "/family", "/name", "/channels", "/officers", "/fee/lines/0/paise", "/fee/lines/0/payee", "/formSchema", "/timeLimitDays" })
            Assert.True(pointers.Contains(pointer), $"{pointer} is not among {string.Join(", ", pointers)}");
        Assert.DoesNotContain("/form", pointers);
        Assert.False(state.Read(JsonDocument.Parse("[]").RootElement, 1, default).Ok);
    }

    private static void Write(TinyPack pack, JsonObject texts) => pack.Write(
        "wording.json", new JsonObject { ["madeBy"] = "person", ["texts"] = texts.DeepClone() }.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
