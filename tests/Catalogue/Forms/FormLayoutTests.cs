using System.Text.Json;
using EServices.Catalogue.Forms;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Forms;

public sealed class FormLayoutTests(ReadOnlyCatalogue catalogue)
{
    private static readonly Lazy<StatePack> Pack = new(() => StatePack.Load(CatalogueHost.WholePack).OrThrow());

    public static TheoryData<string, string> FormsInLanguages => [.. Pack.Value.Forms.SelectMany(form => Pack.Value.About.Languages.Select(language => (form.Id, language.Tag)))];

    [Theory]
    [MemberData(nameof(FormsInLanguages))]
    public void EveryFormOfThePack_HasEachFieldOnce_InItsLanguage(string form, string language)
    {
        var layout = LayOut(form, language);
        var fields = layout.Sections.SelectMany(section => section.Fields).ToList();

        Assert.Equal(NamesIn(Pack.Value.Forms[form].Schema).Order(), fields.Select(field => field.Pointer[1..]).Order());
        Assert.All(All(fields), field =>
        {
            Assert.Contains(field.Widget, Widgets.All);
            Assert.False(string.IsNullOrWhiteSpace(field.Title), field.Pointer);
            Assert.NotEqual(field.Pointer[(field.Pointer.LastIndexOf('/') + 1)..], field.Title);
            Assert.Equal(field.Widget is Widgets.Choice or Widgets.Choices || (field.Widget == Widgets.Select && field.ChoicesFrom is null), field.Choices is { Count: > 0 });
        });
        Assert.Equal(JsonSerializer.Serialize(layout), JsonSerializer.Serialize(LayOut(form, language)));
    }

    [Theory]
    [MemberData(nameof(FormsInLanguages))]
    public void EveryCondition_IsOfAFieldBefore_AndOfAValueThatItCanHave(string form, string language)
    {
        var fields = LayOut(form, language).Sections.SelectMany(section => section.Fields).ToList();
        var seen = new List<FormField>();
        foreach (var field in fields)
        {
            foreach (var condition in field.VisibleWhen ?? [])
            {
                Assert.Equal("in", condition.Kind);
                var asked = Assert.Single(seen, earlier => earlier.Pointer == condition.Field);
                Assert.All(condition.Values!, value => Assert.True(
                    value.ValueKind is JsonValueKind.True or JsonValueKind.False ? asked.Widget == Widgets.YesNo : asked.Choices!.Any(choice => JsonElement.DeepEquals(choice.Value, value)), $"{form} {field.Pointer}"));
            }
            seen.Add(field);
        }
    }

    [Fact]
    public void Domicile_IsDrawnAsItIsAsked()
    {
        var layout = LayOut("domicile", "en");

        Assert.Equal(["applicant", "request", "declaration"], layout.Sections.Select(section => section.Id));
        Assert.Equal(["/applicantName", "/parentName", "/dateOfBirth", "/gender", "/mobile", "/address"], layout.Sections[0].Fields.Select(field => field.Pointer));
        Assert.Equal(["/basis", "/prcNumber", "/residentSince", "/schoolName", "/passingYear", "/migrantRegistration", "/relativeCertificate"], layout.Sections[1].Fields.Select(field => field.Pointer));
        Assert.Equal([Widgets.Text, Widgets.Text, Widgets.Date, Widgets.Choice, Widgets.Phone, Widgets.Address], layout.Sections[0].Fields.Select(field => field.Widget));
        Assert.Equal(["name", "off", "bday", "sex", "tel", null], layout.Sections[0].Fields.Select(field => field.Autocomplete));
        Assert.Equal(["/address/line", "/address/landmark", "/address/districtCode", "/address/tehsilCode", "/address/pincode"], layout.Sections[0].Fields[5].Fields!.Select(field => field.Pointer));
        Assert.Equal([true, false, true, false, true], layout.Sections[0].Fields[5].Fields!.Select(field => field.Required));
        Assert.Equal("/api/v1/geography/districts", layout.Sections[0].Fields[5].Fields![2].ChoicesFrom);
        Assert.Equal(("numeric", Widgets.Digits), (layout.Sections[0].Fields[5].Fields![4].Keyboard, layout.Sections[0].Fields[5].Fields![4].Widget));
        var relative = layout.Sections[1].Fields[6];
        Assert.Equal(("/basis", "parentsDomicile,spouseOfDomicile"), (relative.VisibleWhen![0].Field, string.Join(',', relative.VisibleWhen[0].Values!)));
        Assert.True(relative.Required);
        Assert.Null(relative.RequiredWhen);
        Assert.Equal("I have lived here for fifteen years", layout.Sections[1].Fields[0].Choices![1].Label);
        Assert.Equal((Widgets.Declaration, true), (layout.Sections[2].Fields[0].Widget, layout.Sections[2].Fields[0].Required));
    }

    [Theory]
    [InlineData("hi", "ltr", "Deva", "ltr")]
    [InlineData("ur", "rtl", "Arab", "rtl")]
    [InlineData("en", "ltr", "Latn", "ltr")]
    public void WordsAreTypedInTheLanguagesScript_NumbersNot(string language, string direction, string script, string typed)
    {
        var layout = LayOut("domicile", language);
        var fields = layout.Sections[0].Fields;

        Assert.Equal(direction, layout.Direction);
        Assert.Equal((script, typed), (fields[0].Script, fields[0].Direction));
        Assert.Equal(("Latn", "ltr", "tel"), (fields[4].Script, fields[4].Direction, fields[4].Keyboard));
        Assert.Null(fields[5].Script);
    }

    [Fact]
    public void ConditionsOfEveryKind_AreTold()
    {
        var layout = LayOut(Json("""
            {
              "properties": { "a": { "type": "string", "x-title": { "en": "A" } }, "b": { "type": "integer", "x-title": { "en": "B" } }, "c": { "type": "string", "x-title": { "en": "C" } } },
              "dependentRequired": { "a": ["c"] },
              "dependentSchemas": { "b": { "properties": { "d": { "type": "string", "x-title": { "en": "D" } } } } },
              "if": { "properties": { "b": { "minimum": 18 } }, "required": ["b"] },
              "then": { "properties": { "e": { "type": "string", "x-title": { "en": "E" } } }, "required": ["e"] },
              "else": { "properties": { "f": { "type": "string", "x-title": { "en": "F" } } } }
            }
            """));
        var fields = layout.Sections.SelectMany(section => section.Fields).ToDictionary(field => field.Pointer);

        Assert.Equal(("present", "/a"), (fields["/c"].RequiredWhen![0].Kind, fields["/c"].RequiredWhen![0].Field));
        Assert.Equal(("present", "/b"), (fields["/d"].VisibleWhen![0].Kind, fields["/d"].VisibleWhen![0].Field));
        Assert.Equal("matches", fields["/e"].VisibleWhen![0].Kind);
        Assert.True(fields["/e"].Required);
        Assert.Equal(("not", "matches"), (fields["/f"].VisibleWhen![0].Kind, fields["/f"].VisibleWhen![0].Of![0].Kind));
        Assert.False(fields["/f"].Required);
    }

    [Fact]
    public void APack_CanSayOtherwise()
    {
        var field = LayOut(Json("""{"properties": {"a": {"type": "string", "x-title": {"en": "A"}, "x-widget": "longText", "x-autocomplete": "organization", "x-placeholder": {"en": "As on the board"}}}}"""))
            .Sections[0].Fields[0];

        Assert.Equal(("longText", "organization", "As on the board"), (field.Widget, field.Autocomplete, field.Placeholder));
    }

    [Fact]
    public async Task Form_IsGivenWithItsLayoutAndThePapers()
    {
        var form = await catalogue.Host.JsonAsync("/api/v1/services/domicile-certificate/form?lang=ur");

        Assert.Equal("domicile", form.GetProperty("formId").GetString());
        Assert.Equal("object", form.GetProperty("schema").GetProperty("type").GetString());
        Assert.Equal("rtl", form.GetProperty("layout").GetProperty("direction").GetString());
        var papers = form.GetProperty("layout").GetProperty("sections").EnumerateArray().Single(section => section.GetProperty("id").GetString() == "documents").GetProperty("fields").EnumerateArray().ToList();
        var asked = catalogue.Host.Shelf.Now.Services["domicile-certificate"].Launched.Documents;
        Assert.Equal(asked.Select(paper => $"/documents/{paper.DocumentId}"), papers.Select(paper => paper.GetProperty("pointer").GetString()));
        Assert.Equal(asked.Select(paper => paper.Name.In("ur")), papers.Select(paper => paper.GetProperty("title").GetString()));
        Assert.All(papers, paper => Assert.Equal("file", paper.GetProperty("widget").GetString()));
    }

    private static FormLayout LayOut(string form, string language) => FormDesigner.LayOut(Pack.Value.Forms[form].Schema, [], Pack.Value.About.Languages.Single(known => known.Tag == language));

    private static FormLayout LayOut(JsonElement schema) => FormDesigner.LayOut(schema, [], Pack.Value.About.Languages[0]);

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private static IEnumerable<FormField> All(IEnumerable<FormField> fields) => fields.SelectMany(field => All(field.Fields ?? []).Prepend(field));

    /// <summary>Names of fields that the form asks for anywhere but within a group.</summary>
    private static HashSet<string> NamesIn(JsonElement schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (schema.TryGetProperty("properties", out var own))
            names.UnionWith(own.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object && (property.Value.TryGetProperty("x-title", out _) || property.Value.TryGetProperty("$ref", out _))).Select(property => property.Name));
        foreach (var part in new[] { "then", "else" }.Where(part => schema.TryGetProperty(part, out _)))
            names.UnionWith(NamesIn(schema.GetProperty(part)));
        foreach (var part in schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray() : default)
            names.UnionWith(NamesIn(part));
        return names;
    }
}
