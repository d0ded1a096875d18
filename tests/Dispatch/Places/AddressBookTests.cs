using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;

namespace EServices.Dispatch.Tests.Places;

public class AddressBookTests
{
    private readonly AddressBook book = new(TinyState.Pack());

    private IReadOnlyList<(string Pointer, string Code)> Errors(AddressGiven given) =>
        [.. (book.Match(given, out _)?.Errors ?? []).Select(error => (error.Pointer, error.Code))];

    [Fact]
    public void Match_PartsThatFit_IsAnAddress()
    {
        Assert.Null(book.Match(Addresses.Rivertown, out var address));

        Assert.Equal(("Rivertown", "Northvale", "190001", true), (address!.TehsilName, address.DistrictName, address.Pincode, address.Located));
        Assert.Equal(34.01, address.Latitude);
    }

    [Fact]
    public void Match_WithoutCoordinates_TakesThoseOfTheTehsil()
    {
        Assert.Null(book.Match(Addresses.Rivertown with { Latitude = null, Longitude = null }, out var address));

        Assert.Equal((34.00, 74.80, false), (address!.Latitude, address.Longitude, address.Located));
    }

    [Fact]
    public void Match_TehsilOfAnotherDistrict_IsRefused() =>
        Assert.Equal([("/tehsilCode", "other-district")], Errors(Addresses.Rivertown with { TehsilCode = "21", Latitude = null, Longitude = null }));

    [Fact]
    public void Match_PincodeOfAnotherDistrict_IsRefused() =>
        Assert.Equal([("/pincode", "other-district")], Errors(Addresses.Rivertown with { Pincode = "180001" }));

    [Theory]
    [InlineData("090001")]
    [InlineData("19000")]
    [InlineData("19000a")]
    [InlineData("१९०००१")]
    [InlineData(null)]
    public void Match_NoPincode_IsRefused(string? pincode) =>
        Assert.Equal([("/pincode", "pincode")], Errors(Addresses.Rivertown with { Pincode = pincode }));

    [Theory]
    [InlineData(34.44, 74.80, true)] // 49 km north of the town
    [InlineData(34.46, 74.80, false)] // 51 km
    [InlineData(32.70, 74.80, false)]
    [InlineData(0, 0, false)]
    public void Match_CoordinatesFarFromTheTehsil_AreRefused(double latitude, double longitude, bool taken) =>
        Assert.Equal(taken ? [] : [("/latitude", "too-far")], Errors(Addresses.Rivertown with { Latitude = latitude, Longitude = longitude }));

    [Theory]
    [InlineData(91, 74.8)]
    [InlineData(34, 181)]
    [InlineData(double.NaN, 74.8)]
    public void Match_ImpossibleCoordinates_AreRefused(double latitude, double longitude) =>
        Assert.Equal([("/latitude", "range")], Errors(Addresses.Rivertown with { Latitude = latitude, Longitude = longitude }));

    [Fact]
    public void Match_HalfACoordinate_IsRefused() =>
        Assert.Equal([("/longitude", "required")], Errors(Addresses.Rivertown with { Longitude = null }));

    [Fact]
    public void Match_EverythingWrong_IsToldAtOnce() =>
        Assert.Equal(
            [("/line", "required"), ("/landmark", "too-long"), ("/districtCode", "unknown"), ("/tehsilCode", "unknown"), ("/pincode", "pincode"), ("/latitude", "required")],
            Errors(new AddressGiven(" ", new string('x', 201), "99", null, "", null, 74.8)));

    [Fact]
    public void KmTo_KnownPlaces_IsTheGreatCircle()
    {
        // Srinagar to Jammu: 1.357 degrees of latitude at 111.19 km each, and a little east.
        Assert.Equal(151.0, new Point(34.0837, 74.7973).KmTo(new Point(32.7266, 74.8570)), 1.0);
        Assert.Equal(0, new Point(34, 74).KmTo(new Point(34, 74)));
        Assert.Equal(20015, new Point(90, 0).KmTo(new Point(-90, 0)), 1.0);
    }
}
