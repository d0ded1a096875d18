using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using EServices.Application.Forms;

namespace EServices.Application.Tests.Forms;

public sealed class AadhaarTests
{
    /// <summary>Made up; its Verhoeff check digit is right.</summary>
    private const string Number = "234567890124";

    private static readonly FormSchema Open = FormSchema.Compile(Given.Json("true"));

    [Theory]
    [InlineData("234567890124", "XXXXXXXX0124")]
    [InlineData("2345 6789 0124", "XXXXXXXX0124")]
    [InlineData("2345-6789-0124", "XXXXXXXX0124")]
    [InlineData("My number is 2345 6789 0124.", "My number is XXXXXXXX0124.")]
    [InlineData("234567890125", "234567890125")]
    [InlineData("1234567890124", "1234567890124")]
    [InlineData("+919906000001", "+919906000001")]
    public void Mask_OnlyWhatIsSuchANumber(string text, string kept) => Assert.Equal(kept, Aadhaar.Mask(text));

    [Fact]
    public void IsValid_AnySingleWrongDigitOrSwap_IsNot() => Gen.Select(Gen.Long[20_000_000_000, 99_999_999_999], Gen.Int[0, 11], Gen.Int[1, 9]).Sample((body, place, shift) =>
    {
        var number = Enumerable.Range(0, 10).Select(check => body.ToString(CultureInfo.InvariantCulture) + check).Single(Aadhaar.IsValid);
        var wrong = number.ToCharArray();
        wrong[place] = (char)('0' + ((wrong[place] - '0' + shift) % 10));
        Assert.False(Aadhaar.IsValid(new string(wrong)));
        if (place == 11 || number[place] == number[place + 1])
            return;
        var swapped = number.ToCharArray();
        (swapped[place], swapped[place + 1]) = (swapped[place + 1], swapped[place]);
        Assert.False(Aadhaar.IsValid(new string(swapped)));
    });

    [Fact]
    public void Mask_AForm_FindsItAnywhere_AndNamesTheFields()
    {
        var form = JsonNode.Parse($$$"""{"a": {"b/c": ["x", "{{{Number}}}"]}, "d": "fine", "e": 5, "{{{Number}}}": true}""")!.AsObject();

        var safe = Aadhaar.Mask(form, Open, out var masked, out var numbers);

        Assert.DoesNotContain(Number, safe.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["/a/b~1c/1"], masked);
        Assert.Empty(numbers);
        Assert.Equal(5, (int?)safe["e"]);
    }

    [Fact]
    public void Mask_AJsonNumber_IsNamedSoThatTheFormIsRefused()
    {
        Aadhaar.Mask(JsonNode.Parse($$"""{"n": {{Number}}}""")!.AsObject(), Open, out _, out var numbers);
        Assert.Equal(["/n"], numbers);
    }

    [Fact]
    public void Mask_AFieldThatAsksForTwelveDigits_KeepsThem_UnlessItIsNamedAfterAadhaar()
    {
        var schema = FormSchema.Compile(Given.Json("""{"properties": {"account": {"pattern": "^[0-9]{9,18}$"}, "aadhaarNumber": {"pattern": "^[0-9]{12}$"}}}"""));

        var safe = Aadhaar.Mask(JsonNode.Parse($$"""{"account": "{{Number}}", "aadhaarNumber": "{{Number}}"}""")!.AsObject(), schema, out var masked, out _);

        Assert.Equal((Number, "XXXXXXXX0124"), ((string?)safe["account"], (string?)safe["aadhaarNumber"]));
        Assert.Equal(["/aadhaarNumber"], masked);
    }
}
