using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Definitions;
using EServices.Catalogue.Tests.Support;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Definitions;

public sealed class DifferenceTests
{
    [Fact]
    public async Task Difference_IsToldInWords_InEveryLanguage_AlsoBeforeTheLaunch()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var form = host.Shelf.Now.Services[CatalogueHost.Domicile].Launched.FormSchema;
        var approved = await clerks.ApprovedAsync(content =>
        {
            content["timeLimitDays"] = 9;
            content["name"]!["en"] = "Certificate of domicile";
            content["officers"]!["designated"] = "assistant-commissioner-revenue";
            content["channels"] = new JsonArray("online", "centre");
            content.Remove("doorstep");
            content["validityMonths"] = 24;
            content["documents"]!.AsArray().Add(JsonNode.Parse("""{ "document": "income-proof", "mandatory": true }"""));
            content.Remove("feeRule");
            content["fee"] = JsonNode.Parse("""
                { "source": "fee-assumed", "lines": [{ "code": "government-fee", "label": { "en": "Fee", "hi": "शुल्क", "ur": "فیس" }, "why": { "en": "Fee", "hi": "शुल्क", "ur": "فیس" },
                  "paise": 4350, "payee": "government", "channels": ["online", "centre"] }] }
                """);
            content.Remove("form");
            var own = JsonNode.Parse(form.GetRawText())!.AsObject();
            own["properties"]!["petName"] = JsonNode.Parse("""{ "type": "string", "maxLength": 20, "x-title": { "en": "Name of the pet", "hi": "पालतू का नाम", "ur": "پالتو کا نام" } }""");
            own["required"]!.AsArray().Add("petName");
            content["formSchema"] = own;
        });
        var path = $"/api/v1/catalogue/definitions/{approved["id"]}/difference";
        var proposed = await Clerks.ReadAsync(await clerks.Reviewer.GetAsync(path, CatalogueHost.Cancel));
        await clerks.DoAsync(approved, "launch");

        var told = await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions/1/difference/2");
        Assert.Equal(
            proposed["changes"]!.AsArray().Select(change => (string)change!["words"]!), told.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("words").GetString()));
        var words = told.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("words").GetString()!).ToList();
        Assert.Contains("The time limit changes from 15 to 9 days.", words);
        Assert.Contains("The name changes from \"Domicile certificate\" to \"Certificate of domicile\".", words);
        Assert.Contains("The service can no longer be had at the doorstep.", words);
        Assert.Contains("The form now has the field \"Name of the pet\", which must be filled in.", words);
        Assert.Contains(words, sentence => sentence.EndsWith("must now be handed in.", StringComparison.Ordinal));
        Assert.Contains(words, sentence => sentence.StartsWith("The fee online changes from ₹", StringComparison.Ordinal) && sentence.EndsWith("to ₹43.50.", StringComparison.Ordinal));
        Assert.Contains(words, sentence => sentence.Contains("now decides instead of", StringComparison.Ordinal));
        Assert.Contains(words, sentence => sentence.EndsWith("to 24 months.", StringComparison.Ordinal));
        Assert.Equal("machine", told.GetProperty("wordsMadeBy").GetString());
        foreach (var (language, sentence) in new[] { ("hi", "समय सीमा 15 दिन से बदलकर 9 दिन हो जाती है।"), ("ur", "وقت کی حد 15 دن سے بدل کر 9 دن ہو جاتی ہے۔") })
        {
            var translated = await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions/1/difference/2?lang={language}");
            Assert.Contains(sentence, translated.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("words").GetString()));
        }
        var back = await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions/2/difference/1");
        Assert.Contains("The form no longer has the field \"Name of the pet\".", back.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("words").GetString()));
    }

    [Fact]
    public async Task Versions_AreListedAndReadAsTheyWereLaunched()
    {
        await using var host = new CatalogueHost();
        await new Clerks(host).LaunchedAsync(content => content["timeLimitDays"] = 9);

        var versions = (await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([(2, "launched"), (1, "superseded")], versions.Select(version => (version.GetProperty("number").GetInt32(), version.GetProperty("state").GetString())));
        Assert.Equal(15, (await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions/1")).GetProperty("timeLimit").GetProperty("days").GetInt32());
        Assert.Empty((await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}/versions/2/difference/2")).GetProperty("changes").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/v1/services/no-such/versions")]
    [InlineData("/api/v1/services/domicile-certificate/versions/7")]
    [InlineData("/api/v1/services/domicile-certificate/versions/1/difference/7")]
    [InlineData("/api/v1/services/domicile-certificate/versions/x/difference/1")]
    public async Task WhatIsNotThere_IsNotFound(string path)
    {
        await using var host = new CatalogueHost();
        using var answer = await host.Anonymous().GetAsync(path, CatalogueHost.Cancel);
        await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Rules_OfADefinition_AreWhatASimulationTakes()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var draft = await clerks.ChangeAsync(await clerks.DraftAsync(), content => content["timeLimitDays"] = 9);

        var rules = await Clerks.ReadAsync(await clerks.Author.GetAsync($"{Clerks.Path}/{draft["id"]}/rules", CatalogueHost.Cancel));
        Assert.Equal((CatalogueHost.Domicile, 9), ((string)rules["serviceId"]!, (int)rules["timeLimitDays"]!));
        Assert.Equal("object", (string)rules["formSchema"]!["type"]!);
        Assert.NotEmpty(rules["fee"]!["lines"]!.AsArray());

        var spoilt = await clerks.ChangeAsync(draft, content => content["feeRule"] = "no-such-rule");
        await Assert.IsProblemAsync(await clerks.Author.GetAsync($"{Clerks.Path}/{spoilt["id"]}/rules", CatalogueHost.Cancel), HttpStatusCode.Conflict, "incomplete");
    }

    [Theory]
    [InlineData("""{"properties": {"a": {"type": "string"}}}""", """{"properties": {"a": {"type": "string"}}, "required": ["a"]}""", "/a")]
    [InlineData("""{"properties": {"a": {"type": "string"}}}""", """{"properties": {"a": {"type": "string", "maxLength": 5}}}""", "/a")]
    [InlineData("""{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"properties": {"b": {"type": "string"}}}}}""",
        """{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"properties": {"b": {"type": "integer"}}}}}""", "/a/b")]
    [InlineData("""{"properties": {"a": {"items": {"properties": {"b": {}}}}}}""", """{"properties": {"a": {"items": {"properties": {"b": {}}, "required": ["b"]}}}}""", "/a/*/b")]
    [InlineData("""{"properties": {"a": {"type": "string", "x-title": {"en": "A"}}}}""", """{"properties": {"a": {"x-title": {"en": "A"}, "type": "string", "x-help": {"en": "New"}}}}""", null)]
    [InlineData("""{"properties": {"a": {}}, "allOf": [{"if": {"required": ["a"]}, "then": {"properties": {"b": {}}, "required": ["b"]}}]}""",
        """{"properties": {"a": {}}, "allOf": [{"if": {"required": ["a"]}, "then": {"properties": {"b": {}, "c": {}}, "required": ["b"]}}]}""", "/c")]
    public void FormFields_DifferWhereTheyDiffer(string before, string after, string? pointer)
    {
        var (was, now) = (FormFields.Of(JsonDocument.Parse(before).RootElement, "en"), FormFields.Of(JsonDocument.Parse(after).RootElement, "en"));
        var different = now.Values.Where(field => !was.TryGetValue(field.Pointer, out var other) || other.Required != field.Required || other.Rules != field.Rules).Select(field => field.Pointer);
        Assert.Equal(pointer is null ? [] : [pointer], different);
    }
}
