using EServices.Application.Forms;
using EServices.Platform.Packs;
using EServices.Testing;

namespace EServices.Application.Tests.Forms;

public sealed class FormSchemaTests
{
    [Theory]
    [InlineData("""{"type": "object"}""", "[]", "", "type")]
    [InlineData("""{"type": ["string", "null"]}""", "5", "", "type")]
    [InlineData("""{"type": "integer"}""", "1.5", "", "type")]
    [InlineData("""{"required": ["a"]}""", "{}", "/a", "required")]
    [InlineData("""{"properties": {"a/b": {"minLength": 2}}}""", """{"a/b": "x"}""", "/a~1b", "minLength")]
    [InlineData("""{"maxLength": 1}""", "\"नम\"", "", "maxLength")]
    [InlineData("""{"minimum": 3}""", "2", "", "minimum")]
    [InlineData("""{"exclusiveMaximum": 3}""", "3", "", "exclusiveMaximum")]
    [InlineData("""{"multipleOf": 0.01}""", "1.005", "", "multipleOf")]
    [InlineData("""{"enum": ["a", "b"]}""", "\"c\"", "", "enum")]
    [InlineData("""{"const": {"a": [1]}}""", """{"a": [2]}""", "", "const")]
    [InlineData("""{"pattern": "^[1-9][0-9]{5}$"}""", "\"018001\"", "", "pattern")]
    [InlineData("""{"pattern": "^\\d+$"}""", "\"१२\"", "", "pattern")]
    [InlineData("""{"pattern": "^a$"}""", "\"a\\n\"", "", "pattern")]
    [InlineData("""{"format": "date"}""", "\"2026-02-30\"", "", "format")]
    [InlineData("""{"format": "email"}""", "\"nobody\"", "", "format")]
    [InlineData("""{"items": {"type": "string"}}""", """["a", 1]""", "/1", "type")]
    [InlineData("""{"prefixItems": [{}], "items": false}""", "[1, 2]", "/1", "false")]
    [InlineData("""{"uniqueItems": true}""", "[1, 1.0]", "", "uniqueItems")]
    [InlineData("""{"contains": {"const": 1}, "minContains": 2}""", "[1, 2]", "", "contains")]
    [InlineData("""{"additionalProperties": false, "properties": {"a": true}, "patternProperties": {"^x-": true}}""", """{"a": 1, "x-b": 1, "c": 1}""", "/c", "additionalProperties")]
    [InlineData("""{"propertyNames": {"maxLength": 1}}""", """{"ab": 1}""", "/ab", "propertyNames")]
    [InlineData("""{"dependentRequired": {"a": ["b"]}}""", """{"a": 1}""", "/b", "required")]
    [InlineData("""{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}""", """{"a": 1}""", "/b", "required")]
    [InlineData("""{"if": {"required": ["a"]}, "then": true, "else": {"required": ["b"]}}""", "{}", "/b", "required")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "null"}]}""", "1", "", "anyOf")]
    [InlineData("""{"oneOf": [{"type": "number"}, {"type": "integer"}]}""", "1", "", "oneOf")]
    [InlineData("""{"not": {"type": "string"}}""", "\"a\"", "", "not")]
    [InlineData("""{"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", "/b", "unevaluatedProperties")]
    [InlineData("""{"properties": {"a": {"$ref": "#/$defs/name"}}, "$defs": {"name": {"minLength": 2}}}""", """{"a": "x"}""", "/a", "minLength")]
    public void Check_AWrongValue_NamesThePlaceAndTheKeyword(string schema, string value, string pointer, string keyword)
    {
        var error = Assert.Single(FormSchema.Compile(Given.Json(schema)).Check(Given.Json(value)));
        Assert.Equal((pointer, keyword), (error.Pointer, error.Code));
    }

    [Theory]
    [InlineData("""{"type": "integer"}""", "5.0")]
    [InlineData("""{"minimum": 12345678901234567890}""", "12345678901234567891")]
    [InlineData("""{"maxLength": 1}""", "\"𐍈\"")]
    [InlineData("""{"format": "date"}""", "\"2028-02-29\"")]
    [InlineData("""{"pattern": "[$]"}""", "\"5$\"")]
    [InlineData("""{"$ref": "#/$defs/list", "$defs": {"list": {"properties": {"next": {"$ref": "#/$defs/list"}}}}}""", """{"next": {"next": {}}}""")]
    [InlineData("""{"anyOf": [{"properties": {"a": true}}, {"properties": {"b": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""")]
    [InlineData("true", "null")]
    public void Check_AValueThatFits_HasNoErrors(string schema, string value) => Assert.Empty(FormSchema.Compile(Given.Json(schema)).Check(Given.Json(value)));

    [Fact]
    public void Check_TellsEverythingAtOnce() =>
        Assert.Equal(3, Given.Domicile.Form.Check(Given.Json("""{"residentSince": 1, "fatherName": 5}""")).Count);

    [Fact]
    public void Check_AReferenceWithoutEnd_Ends() =>
        Assert.Equal("$ref", Assert.Single(FormSchema.Compile(Given.Json("""{"$ref": "#"}""")).Check(Given.Json("1"))).Code);

    [Fact]
    public void Check_APatternThatTakesForEver_CountsAsNotMatching() =>
        Assert.Equal("pattern", Assert.Single(FormSchema.Compile(Given.Json("""{"pattern": "^(?=a)(a+)+$"}""")).Check(Given.Json($"\"{new string('a', 40)}!\""))).Code);

    [Theory]
    [InlineData("""{"$ref": "https://example.org/form.json"}""")]
    [InlineData("""{"$ref": "#/$defs/none"}""")]
    [InlineData("""{"$dynamicRef": "#node"}""")]
    [InlineData("""{"pattern": "("}""")]
    public void Compile_WhatItCanNotCheckFaithfully_IsRefused(string schema) => Assert.Throws<NotSupportedException>(() => FormSchema.Compile(Given.Json(schema)));

    [Theory]
    [InlineData("""{"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"anyOf": [{"not": {"$ref": "#/$defs/a"}}]}}}""")]
    [InlineData("""{"if": {"$ref": "#"}, "then": true}""")]
    public void Check_ReferencesInACircle_End(string schema) =>
        Assert.Equal("$ref", Assert.Single(FormSchema.Compile(Given.Json(schema)).Check(Given.Json("{}"))).Code);

    [Fact]
    public void Check_ManyReferencesToTheSame_AreNoCircle() =>
        Assert.Empty(FormSchema.Compile(Given.Json("""{"properties": {"a": {"$ref": "#/$defs/t"}, "b": {"allOf": [{"$ref": "#/$defs/t"}, {"$ref": "#/$defs/t"}]}}, "$defs": {"t": {"$ref": "#/$defs/s"}, "s": {"type": "string"}}}""")).Check(Given.Json("""{"a": "1", "b": "2"}""")));

    [Theory]
    [InlineData("""{"prefixItems": [{}], "items": {"properties": {"q": {"type": "string"}}}}""", """[1, {"q": "a"}, {"q": 2}]""", "/2/q", "type")]
    [InlineData("""{"patternProperties": {"^(?=x)(x+)+$": {"type": "string"}}}""", """{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx!": 1}""", "", "patternProperties")]
    [InlineData("""{"properties": {"a": {"type": "string"}}, "unevaluatedProperties": {"type": "integer"}}""", """{"a": "1", "b": "2"}""", "/b", "type")]
    [InlineData("""{"$id": "https://elsewhere.example/a", "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}""", "1", "", "type")]
    public void Check_WhatTheLibraryTellsOtherwise_IsToldOfItsPlace(string schema, string value, string pointer, string keyword) =>
        Assert.Equal((pointer, keyword), Assert.Single(FormSchema.Compile(Given.Json(schema)).Check(Given.Json(value)).Select(error => (error.Pointer, error.Code))));

    [Fact]
    public void Check_AFollowUpThatIsHalfFilledIn_DoesNotMakeItsFieldsUnknown()
    {
        var form = Pack.Forms["domicile"];
        var errors = FormSchema.Compile(form.Schema).Check(Given.Json("""{"basis": "studiedSevenYears", "schoolName": "Government School"}"""));

        Assert.Contains(errors, error => (error.Pointer, error.Code) == ("/passingYear", "required"));
        Assert.DoesNotContain(errors, error => error.Code == "unevaluatedProperties");
        Assert.Contains(FormSchema.Compile(form.Schema).Check(Given.Json("""{"basis": "migrant", "schoolName": "Government School"}""")), error => (error.Pointer, error.Code) == ("/schoolName", "unevaluatedProperties"));
    }

    [Fact]
    public void Check_AFieldThatOnlyAnotherPartAllows_IsNotLetThrough() =>
        Assert.Equal(("/a", "unevaluatedProperties"), Assert.Single(FormSchema.Compile(Given.Json("""{"allOf": [{"properties": {"a": true}}, {"unevaluatedProperties": false}]}""")).Check(Given.Json("""{"a": 1}""")).Select(error => (error.Pointer, error.Code))));

    [Theory]
    [InlineData("en", "Applicant's full name: This field has to be filled in.", "Pincode: The text does not have the form that is asked for.")]
    [InlineData("hi", "आवेदक का पूरा नाम: यह भरना ज़रूरी है।", "पिनकोड: जैसा माँगा गया है, वैसे लिखें।")]
    [InlineData("ur", "درخواست گزار کا پورا نام: یہ بھرنا ضروری ہے۔", "پن کوڈ: جیسا مانگا گیا ہے ویسا لکھیں۔")]
    [InlineData("ta", "Applicant's full name: This field has to be filled in.", "Pincode: The text does not have the form that is asked for.")]
    public void Check_TellsInTheCitizensLanguage_WithTheFieldsTitle(string language, string missing, string wrong)
    {
        var errors = FormSchema.Compile(Pack.Forms["domicile"].Schema).Check(Given.Json("""{"address": {"line": "Main Road", "districtCode": "5", "pincode": "x"}}"""), language);

        Assert.Equal(missing, Assert.Single(errors, error => error.Pointer == "/applicantName").Detail);
        Assert.Equal(wrong, Assert.Single(errors, error => error.Pointer == "/address/pincode").Detail);
    }

    [Fact]
    public void Words_OfEveryLanguageSayAllThatIsSaid()
    {
        Assert.Equal(["en", "hi", "ur"], FormWords.Languages.Order());
        Assert.All(FormWords.Languages, language => Assert.Equal(FormWords.In("en").Keys.Order(), FormWords.In(language).Keys.Order()));
        Assert.All(FormWords.Languages, language => Assert.All(FormWords.In(language), sentence => Assert.Equal(FormWords.In("en")[sentence.Key].Contains("{0}"), sentence.Value.Contains("{0}"))));
    }

    [Fact]
    public void Check_ByManyAtOnce_FindsTheSame()
    {
        var form = FormSchema.Compile(Pack.Forms["driving-licence"].Schema);
        var value = Given.Json("""{"request": "newLicence", "vehicleClasses": ["car", "car"], "dateOfBirth": "2026-02-30", "nonsense": 1}""");
        var expected = form.Check(value);

        var found = new IReadOnlyList<EServices.Platform.FieldError>[64];
        Parallel.For(0, found.Length, index => found[index] = form.Check(value));

        Assert.All(found, errors => Assert.Equal(expected, errors));
    }

    [Theory]
    [InlineData("""{"type": 7}""")]
    [InlineData("""{"type": "text"}""")]
    [InlineData("""{"minLength": "2"}""")]
    [InlineData("""{"required": "name"}""")]
    [InlineData("""{"properties": []}""")]
    [InlineData("""{"allOf": {}}""")]
    [InlineData("""{"enum": "a"}""")]
    public void Compile_WhatIsNoSchema_IsRefused(string schema) => Assert.Throws<NotSupportedException>(() => FormSchema.Compile(Given.Json(schema)));

    [Fact]
    public void Compile_EveryFormOfThePack()
    {
        Assert.NotEmpty(Pack.Forms);
        Assert.All(Pack.Forms, form => Assert.NotEmpty(FormSchema.Compile(form.Schema).Fields));
        Assert.All(Pack.Forms, form => Assert.NotEmpty(FormSchema.Compile(form.Schema).Check(Given.Json("[]"))));
    }

    private static StatePack Pack => Loaded.Value;

    private static readonly Lazy<StatePack> Loaded = new(() => StatePack.Load(Path.Combine(Repository.Root, "deploy", "packs", "jk")).OrThrow());
}
