using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Geography;

/// <summary>Where an address can lie, for the forms of front ends: districts and tehsils by LGD code, and the pincodes that belong to them.</summary>
internal static class GeographyEndpoints
{
    public static void MapGeography(this RouteGroupBuilder api)
    {
        var geography = api.MapGroup("/geography").AllowAnonymous().WithTags("Catalogue").AddEndpointFilter<PublicCache>();
        geography.MapGet("/districts", Districts).WithName("listDistricts").WithSummary("Districts, with the beginnings of their pincodes");
        geography.MapGet("/districts/{code}/tehsils", Tehsils).WithName("listTehsils").WithSummary("The tehsils of a district").ProducesProblem(404);
    }

    internal static Ok<DistrictList> Districts(StatePack pack) => TypedResults.Ok(new DistrictList([.. pack.Geography.Districts.Select(district => new DistrictView(
        district.Code, district.Name, [.. pack.Geography.Pincodes.Where(row => row.DistrictCode == district.Code).Select(row => row.Prefix)]))]));

    internal static Results<Ok<TehsilList>, ProblemHttpResult> Tehsils(string code, StatePack pack) => pack.Geography.Districts.Has(code)
        ? TypedResults.Ok(new TehsilList([.. pack.Geography.TehsilsOf(code).Select(tehsil => new TehsilView(tehsil.Code, tehsil.Name, tehsil.Latitude, tehsil.Longitude))]))
        : Problems.NotFound("district", code);
}

internal sealed record DistrictList(IReadOnlyList<DistrictView> Items);

/// <param name="Pincodes">Whole pincodes, or the digits with which the district's pincodes begin.</param>
internal sealed record DistrictView(string Code, Localised Names, IReadOnlyList<string> Pincodes);

internal sealed record TehsilList(IReadOnlyList<TehsilView> Items);

/// <param name="Latitude">Working coordinates of the main town, WGS 84; the pack says how exact they are.</param>
internal sealed record TehsilView(string Code, string Name, double Latitude, double Longitude);
