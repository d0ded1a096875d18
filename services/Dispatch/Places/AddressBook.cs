using EServices.Platform;
using EServices.Platform.Packs;

namespace EServices.Dispatch.Places;

/// <summary>Where a visit goes. Every part fits every other, or it would not have been taken.</summary>
/// <param name="DistrictCode">LGD code.</param>
/// <param name="TehsilCode">LGD code of a tehsil of that district.</param>
/// <param name="Located">False where the coordinates are only those of the tehsil, because none were given.</param>
internal sealed record Address(
    string Line, string? Landmark, string DistrictCode, string DistrictName, string TehsilCode, string TehsilName, string Pincode,
    double Latitude, double Longitude, bool Located)
{
    public Point Place => new(Latitude, Longitude);
}

/// <summary>An address as a caller says it.</summary>
/// <param name="Latitude">Degrees; with longitude, or neither.</param>
internal sealed record AddressGiven(
    string? Line, string? Landmark, string? DistrictCode, string? TehsilCode, string? Pincode, double? Latitude = null, double? Longitude = null);

/// <summary>Matches what callers say with the state's geography, so that nobody is sent to a place that can't be.</summary>
internal sealed class AddressBook(StatePack pack)
{
    private const int LongestLine = 200;

    /// <summary>The address, or everything in it that does not fit.</summary>
    public Refusal? Match(AddressGiven given, out Address? address)
    {
        address = null;
        var errors = new List<FieldError>();
        void Wrong(string pointer, string code, string detail) => errors.Add(new FieldError(pointer, code, detail));

        if (string.IsNullOrWhiteSpace(given.Line))
            Wrong("/line", "required", "House, street or village: what the operator asks the way to.");
        else if (given.Line.Length > LongestLine)
            Wrong("/line", "too-long", $"At most {LongestLine} characters.");
        if (given.Landmark?.Length > LongestLine)
            Wrong("/landmark", "too-long", $"At most {LongestLine} characters.");

        var district = pack.Geography.Districts.Find(given.DistrictCode);
        if (district is null)
            Wrong("/districtCode", "unknown", "The LGD code of a district of this state.");
        var tehsil = pack.Geography.Tehsils.Find(given.TehsilCode);
        if (tehsil is null)
            Wrong("/tehsilCode", "unknown", "The LGD code of a tehsil of this state.");
        else if (district is not null && tehsil.DistrictCode != district.Code)
            Wrong("/tehsilCode", "other-district", $"{tehsil.Name} is not in {district.Name.In("en")}.");
        if (given.Pincode is not { Length: 6 } || given.Pincode[0] == '0' || !given.Pincode.All(char.IsAsciiDigit))
            Wrong("/pincode", "pincode", "Six digits, the first not 0.");
        else if (district is not null && pack.Geography.Match(given.Pincode, district.Code) == PincodeMatch.No)
            Wrong("/pincode", "other-district", $"{given.Pincode} is not a pincode of {district.Name.In("en")}.");
        Place(given, tehsil, Wrong);

        if (errors.Count > 0)
            return Refusal.Invalid("address-mismatch", "The parts of the address don't fit each other; 'errors' says which.", [.. errors]);
        address = new Address(
            given.Line!.Trim(), string.IsNullOrWhiteSpace(given.Landmark) ? null : given.Landmark.Trim(), district!.Code, district.Name.In("en"), tehsil!.Code, tehsil.Name,
            given.Pincode!, given.Latitude ?? tehsil.Latitude, given.Longitude ?? tehsil.Longitude, given.Latitude is not null);
        return null;
    }

    private static void Place(AddressGiven given, Tehsil? tehsil, Action<string, string, string> wrong)
    {
        if (given.Latitude is null != given.Longitude is null)
        {
            wrong(given.Latitude is null ? "/latitude" : "/longitude", "required", "Latitude and longitude are given together or not at all.");
            return;
        }
        if (given.Latitude is not { } latitude || given.Longitude is not { } longitude)
            return;
        if (!(Math.Abs(latitude) <= 90) || !(Math.Abs(longitude) <= 180))
        {
            wrong("/latitude", "range", "Degrees: latitude from -90 to 90, longitude from -180 to 180.");
            return;
        }
        if (tehsil is null)
            return;
        var away = new Point(latitude, longitude).KmTo(new Point(tehsil.Latitude, tehsil.Longitude));
        var allowed = ReachKm(tehsil.Exactness);
        if (away > allowed)
            wrong("/latitude", "too-far", $"The coordinates are {away:F0} km from {tehsil.Name}; within {allowed:F0} km they could be there.");
    }

    /// <summary>How far a place of a tehsil can lie from the coordinates the pack has for it.</summary>
    private static double ReachKm(Exactness exactness) => exactness switch
    {
        Exactness.Town => 50,
        Exactness.Nearby => 80,
        _ => 120,
    };
}
