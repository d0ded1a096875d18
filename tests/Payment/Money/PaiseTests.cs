using System.Text.Json;
using CsCheck;
using EServices.Payment.Money;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace EServices.Payment.Tests.Money;

public sealed class PaiseTests
{
    [Theory]
    [InlineData(0, "₹0.00", "0.00")]
    [InlineData(7, "₹0.07", "0.07")]
    [InlineData(7000, "₹70.00", "70.00")]
    [InlineData(12345650, "₹1,23,456.50", "123456.50")]
    [InlineData(-250, "-₹2.50", "-2.50")]
    [InlineData(1234567800, "₹1,23,45,678.00", "12345678.00")]
    public void Amount_IsWrittenForPeopleAndForLinks(long paise, string forPeople, string forLinks)
    {
        Assert.Equal(forPeople, new Paise(paise).ToString());
        Assert.Equal(forLinks, new Paise(paise).Rupees);
    }

    [Fact]
    public void Arithmetic_BeyondItsRange_ThrowsInsteadOfWrapping()
    {
        Assert.Throws<OverflowException>(() => new Paise(long.MaxValue) + new Paise(1));
        Assert.Throws<OverflowException>(() => new Paise(long.MinValue) - new Paise(1));
        Assert.Throws<OverflowException>(() => -new Paise(long.MinValue));
        Assert.Throws<OverflowException>(() => new Paise(long.MaxValue / 2) * 3);
    }

    [Fact]
    public void Json_IsAWholeNumberBothWays() => Gen.Long.Sample(paise =>
        JsonSerializer.Serialize(new Paise(paise)) == paise.ToString(System.Globalization.CultureInfo.InvariantCulture)
        && JsonSerializer.Deserialize<Paise>(JsonSerializer.Serialize(new Paise(paise))) == new Paise(paise));

    [Theory]
    [InlineData("20.5")]
    [InlineData("\"2000\"")]
    [InlineData("null")]
    [InlineData("9223372036854775808")]
    public void Json_ThatIsNoWholeNumber_IsRefused(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Paise>(json));

    [Fact]
    public void Bson_IsA64BitIntegerBothWays()
    {
        PaiseStorage.Register();
        var document = new BsonDocument();
        using (var writer = new BsonDocumentWriter(document))
        {
            writer.WriteStartDocument();
            writer.WriteName("amount");
            BsonSerializer.Serialize(writer, new Paise(7000));
            writer.WriteEndDocument();
        }
        Assert.Equal(BsonType.Int64, document["amount"].BsonType);
        Assert.Equal(7000, document["amount"].AsInt64);
    }
}
